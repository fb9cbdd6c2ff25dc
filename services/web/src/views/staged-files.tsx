import { X } from 'lucide-preact';
import { t } from '../i18n/t.ts';
import { formatBytes } from '../i18n/times.ts';
import { focusComposer } from '../state/focus-composer.ts';
import { LocalThumbnail } from './attachments.tsx';

interface StagedProps {
  readonly files: readonly File[];
  readonly onChange: (files: File[]) => void;
}

/** Files that go with the next message. */
export function StagedFiles({ files, onChange }: StagedProps) {
  if (files.length === 0) return null;
  return (
    <ul class="staged">
      {files.map((file, index) => (
        <li key={`${file.name} ${index}`} class="staged-file">
          <LocalThumbnail file={file} />
          <span class="file-text">
            <span class="file-name">{file.name}</span>
            <span class="file-hint">{formatBytes(file.size)}</span>
          </span>
          <button
            type="button"
            class="icon-button small"
            aria-label={t.value.removeFile(file.name)}
            onClick={() => {
              onChange(files.filter((_, at) => at !== index));
              focusComposer();
            }}
          >
            <X size={16} />
          </button>
        </li>
      ))}
    </ul>
  );
}
