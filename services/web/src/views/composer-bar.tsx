import type { Message } from '@storm/contracts';
import { Pencil, Reply, X } from 'lucide-preact';
import { t } from '../i18n/t.ts';
import type { Chat } from '../state/chat.ts';
import { stopEditing } from '../state/editing.ts';
import { stopReply } from '../state/replying.ts';
import { personName, previewOf } from '../text/names.ts';

interface BarProps {
  readonly chat: Chat;
  readonly answered: Message | null;
  readonly edited: Message | null;
}

/** What the text in the field is: an answer, or another text for a message. */
export function ComposerBar({ chat, answered, edited }: BarProps) {
  if (answered !== null)
    return (
      <div class="editing-bar">
        <Reply size={16} aria-hidden="true" />
        <span class="reply-line">
          {t.value.replyingTo(personName(chat, answered.senderId))}
          <span class="muted">{previewOf(answered)}</span>
        </span>
        <Close label={t.value.cancelReply} act={stopReply} />
      </div>
    );
  if (edited === null) return null;
  return (
    <div class="editing-bar">
      <Pencil size={16} aria-hidden="true" />
      <span>{t.value.editing}</span>
      <Close label={t.value.cancelEditing} act={stopEditing} />
    </div>
  );
}

function Close({ label, act }: { label: string; act: () => void }) {
  return (
    <button type="button" class="icon-button small" aria-label={label} onClick={act}>
      <X size={16} />
    </button>
  );
}
