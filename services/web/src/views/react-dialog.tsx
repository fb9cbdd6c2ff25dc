import type { Message } from '@storm/contracts';
import { lazy, Suspense } from 'preact/compat';
import { t } from '../i18n/t.ts';
import { Dialog } from '../parts/dialog.tsx';
import { react } from '../state/change-message.ts';
import type { Chat } from '../state/chat.ts';
import { tellFault } from '../state/faults.ts';

const EmojiPicker = lazy(() => import('./emoji-picker.tsx'));

/** Any emoji as a reaction. */
export function ReactDialog({
  chat,
  message,
  onClose,
}: {
  chat: Chat;
  message: Message;
  onClose: () => void;
}) {
  return (
    <Dialog title={t.value.react} onClose={onClose} class="emoji-dialog" isTitleHidden>
      <Suspense fallback={null}>
        <EmojiPicker
          onPick={(emoji) => {
            onClose();
            react(chat, message, emoji).catch(tellFault);
          }}
          onClose={onClose}
        />
      </Suspense>
    </Dialog>
  );
}
