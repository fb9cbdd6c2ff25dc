import { t } from '../i18n/t.ts';
import type { Chat } from '../state/chat.ts';
import { go } from '../state/route.ts';
import { personName, previewOf } from '../text/names.ts';
import type { TimelineItem } from '../text/timeline-items.ts';

/** What a message answers; a press shows it. */
export function Quote({ chat, item, seq }: { chat: Chat; item: TimelineItem; seq: number }) {
  const id = item.message?.conversationId ?? item.pending?.conversationId;
  if (id === undefined) return null;
  const quoted = chat.model.timeline(id).quoted(seq).value;
  const name = quoted === undefined ? '…' : personName(chat, quoted.senderId);
  return (
    <button type="button" class="quote" aria-label={t.value.showQuoted(name)} onClick={() => go(id, seq)}>
      <span class="quote-name">{name}</span>
      <span class="quote-text">{quoted === undefined ? t.value.loading : previewOf(quoted)}</span>
    </button>
  );
}
