import type { Attachment } from '@storm/contracts';
import { ChevronLeft, ChevronRight, Download, X } from 'lucide-preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { Dialog } from '../parts/dialog.tsx';
import type { Chat } from '../state/chat.ts';
import { tellFault } from '../state/faults.ts';
import { download, useMediaUrl } from '../state/media-urls.ts';

interface ViewerProps {
  readonly chat: Chat;
  readonly pictures: readonly Attachment[];
  readonly index: number;
  readonly onClose: () => void;
}

/** A picture as large as the window; the thumbnail stands in for it until it is here. */
export function Viewer({ chat, pictures, index, onClose }: ViewerProps) {
  const [at, setAt] = useState(index);
  const picture = pictures[at];
  if (picture === undefined) return null;
  const step = (by: number): void => setAt((at + by + pictures.length) % pictures.length);
  return (
    <Dialog title={picture.name} onClose={onClose} class="viewer" isTitleHidden>
      <div
        class="viewer-body"
        onKeyDown={(event) => {
          if (event.key === 'ArrowLeft') step(-1);
          if (event.key === 'ArrowRight') step(1);
        }}
      >
        <div class="viewer-bar">
          <span class="viewer-name">{picture.name}</span>
          {pictures.length > 1 && <span>{t.value.pictureOf(at + 1, pictures.length)}</span>}
          <button
            type="button"
            class="icon-button"
            aria-label={t.value.downloadFile(picture.name)}
            title={t.value.download}
            onClick={() => download(chat, picture.mediaId, picture.name).catch(tellFault)}
          >
            <Download size={20} />
          </button>
          <button
            type="button"
            class="icon-button"
            aria-label={t.value.close}
            title={t.value.close}
            onClick={onClose}
          >
            <X size={22} />
          </button>
        </div>
        <Shown key={picture.mediaId} chat={chat} picture={picture} />
        {pictures.length > 1 && (
          <>
            <button
              type="button"
              class="viewer-step left"
              aria-label={t.value.previous}
              onClick={() => step(-1)}
            >
              <ChevronLeft size={28} />
            </button>
            <button type="button" class="viewer-step right" aria-label={t.value.next} onClick={() => step(1)}>
              <ChevronRight size={28} />
            </button>
          </>
        )}
      </div>
    </Dialog>
  );
}

function Shown({ chat, picture }: { chat: Chat; picture: Attachment }) {
  const small = useMediaUrl(chat, picture.mediaId, 'thumbnail');
  const whole = useMediaUrl(chat, picture.mediaId, 'original');
  const url = whole ?? small;
  return (
    <div class="viewer-picture" aria-busy={whole === undefined}>
      {url ? (
        <img src={url} alt={picture.name} class={whole ? '' : 'is-preview'} />
      ) : (
        <p>{t.value.loading}</p>
      )}
    </div>
  );
}
