import type { ConversationId } from '@storm/contracts';
import { t } from '../i18n/t.ts';
import type { Chat } from '../state/chat.ts';
import { personName } from '../text/names.ts';

/** Who is writing at the moment; null when nobody is. */
export function typingText(chat: Chat, id: ConversationId): string | null {
  const who = chat.model.typing(id).value;
  if (who.length === 0) return null;
  const names = who.slice(0, 3).map((one) => personName(chat, one).split(' ')[0] ?? '');
  return who.length === 1 ? t.value.typing(names.join()) : t.value.typingMany(names.join(', '));
}

export function TypingLine({ chat, id }: { chat: Chat; id: ConversationId }) {
  return <p class="typing-line">{typingText(chat, id) ?? '\u00a0'}</p>;
}
