import type { Message } from '@storm/contracts';
import { copyText } from '../state/copy-text.ts';
import { startEditing } from '../state/editing.ts';
import { startReply } from '../state/replying.ts';

/** Letters act on the message that has the focus. */
export function onMessageKey(
  event: KeyboardEvent,
  text: string,
  message: Message | null,
  isOwn: boolean,
): void {
  if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'c' && text !== '') copyText(text);
  else if (event.key === 'e' && isOwn && message !== null && text !== '') startEditing(message);
  else if (event.key === 'r' && message !== null) startReply(message);
  else if (event.key === '+' || event.key === 'Enter') {
    const place = event.currentTarget as HTMLElement;
    const buttons = place.querySelectorAll<HTMLElement>('.message-actions > button');
    buttons[event.key === '+' ? 0 : buttons.length - 1]?.click();
  } else return;
  event.preventDefault();
}
