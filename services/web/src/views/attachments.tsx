import type { Pending } from '@storm/client/model';
import type { Attachment } from '@storm/contracts';
import { isBlurhashValid } from 'blurhash';
import { Download, FileText, ImageOff } from 'lucide-preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { formatBytes } from '../i18n/times.ts';
import { Blurred } from '../parts/blurred.tsx';
import type { Chat } from '../state/chat.ts';
import { tellFault } from '../state/faults.ts';
import { download, useMediaUrl } from '../state/media-urls.ts';
import { openOverlay } from '../state/overlay.ts';

const maxWidthPx = 340;
const maxHeightPx = 300;
const isPicture = ({ contentType }: Pick<Attachment, 'contentType'>): boolean =>
  /^image\/(jpeg|png|gif|webp|avif|heic|heif)$/.test(contentType);

export function Attachments({ chat, attachments }: { chat: Chat; attachments: readonly Attachment[] }) {
  const pictures = attachments.filter(isPicture);
  const files = attachments.filter((one) => !isPicture(one));
  return (
    <div class="attachments">
      {pictures.length > 0 && (
        <div class={`pictures pictures-${Math.min(pictures.length, 4)}`}>
          {pictures.map((picture, index) => (
            <Picture
              key={picture.mediaId}
              chat={chat}
              attachment={picture}
              isAlone={pictures.length === 1}
              onOpen={() => openOverlay({ kind: 'viewer', pictures, index })}
            />
          ))}
        </div>
      )}
      {files.map((file) => (
        <FileCard key={file.mediaId} chat={chat} attachment={file} />
      ))}
    </div>
  );
}

interface PictureProps {
  readonly chat: Chat;
  readonly attachment: Attachment;
  readonly isAlone: boolean;
  readonly onOpen: () => void;
}

function Picture({ chat, attachment, isAlone, onOpen }: PictureProps) {
  const media = chat.model.media(attachment.mediaId).value;
  const isReady = media?.status === 'ready';
  const url = useMediaUrl(chat, attachment.mediaId, media?.hasThumbnail ? 'thumbnail' : 'original', isReady);
  if (media?.status === 'failed') return <FileCard chat={chat} attachment={attachment} />;
  const { width, height } = fit(media?.width ?? null, media?.height ?? null);
  return (
    <button
      type="button"
      class="picture"
      style={isAlone ? { width: `min(${width}px, 66vw)`, aspectRatio: `${width} / ${height}` } : {}}
      aria-label={t.value.openPicture(attachment.name)}
      onClick={onOpen}
    >
      {url ? (
        <img src={url} alt="" draggable={false} />
      ) : url === null ? (
        <ImageOff size={24} />
      ) : (
        <Placeholder hash={media?.blurhash ?? null} />
      )}
    </button>
  );
}

function Placeholder({ hash }: { hash: string | null }) {
  return hash === null || !isBlurhashValid(hash).result ? (
    <span class="skeleton fill" />
  ) : (
    <Blurred hash={hash} />
  );
}

function fit(width: number | null, height: number | null): { width: number; height: number } {
  if (width === null || height === null) return { width: 280, height: 210 };
  const scale = Math.min(1, maxWidthPx / width, maxHeightPx / height);
  return { width: Math.max(80, Math.round(width * scale)), height: Math.max(60, Math.round(height * scale)) };
}

export function FileCard({ chat, attachment }: { chat: Chat; attachment: Attachment }) {
  const media = chat.model.media(attachment.mediaId).value;
  const { name, bytes, mediaId } = attachment;
  const hint =
    media?.status === 'failed'
      ? t.value.fileFailed
      : media?.status === 'processing'
        ? t.value.processing
        : formatBytes(bytes);
  return (
    <button
      type="button"
      class="file-card"
      aria-label={t.value.downloadFile(name)}
      disabled={media?.status === 'failed'}
      onClick={() => download(chat, mediaId, name).catch(tellFault)}
    >
      <span class="file-icon">
        <FileText size={22} aria-hidden="true" />
      </span>
      <span class="file-text">
        <span class="file-name">{name}</span>
        <span class="file-hint">{hint}</span>
      </span>
      <Download size={18} aria-hidden="true" />
    </button>
  );
}

/** Files on their way, with how far they are. */
export function PendingFiles({ pending }: { pending: Pending }) {
  const percent = pending.progress === null ? null : Math.round(pending.progress * 100);
  return (
    <div class="attachments">
      {pending.files.map((file) => (
        <span class="file-card" key={file.id}>
          <LocalThumbnail file={file.data} />
          <span class="file-text">
            <span class="file-name">{file.name}</span>
            <span class="file-hint">{formatBytes(file.bytes)}</span>
          </span>
        </span>
      ))}
      {percent !== null && (
        <progress max={100} value={percent} aria-label={t.value.uploading(percent)}>
          {percent}
        </progress>
      )}
    </div>
  );
}

export function LocalThumbnail({ file }: { file: Blob }) {
  const [url, setUrl] = useState<string | null>(null);
  useEffect(() => {
    if (!isPicture({ contentType: file.type })) return;
    const made = URL.createObjectURL(file);
    setUrl(made);
    return () => URL.revokeObjectURL(made);
  }, [file]);
  return (
    <span class="file-icon">
      {url === null ? <FileText size={22} aria-hidden="true" /> : <img src={url} alt="" />}
    </span>
  );
}
