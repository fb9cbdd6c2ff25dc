import type { ConversationId, UserId } from '@storm/contracts';
import { formatWhen } from '../i18n/times.ts';
import { Avatar } from '../parts/avatar.tsx';
import type { Chat } from '../state/chat.ts';
import { personName, titleOf } from '../text/names.ts';
import { MarkedWords } from './marked-words.tsx';

interface FoundMessageProps {
  readonly chat: Chat;
  readonly conversationId: ConversationId;
  readonly senderId: UserId;
  readonly at: string;
  readonly text: string;
  /** What was looked for. */
  readonly words?: readonly string[];
}

/** A message in a list of messages from everywhere. */
export function FoundMessage({ chat, conversationId, senderId, at, text, words = [] }: FoundMessageProps) {
  const summary = chat.model.conversation(conversationId).value;
  const name = personName(chat, senderId);
  return (
    <>
      <Avatar id={senderId} name={name} size={36} />
      <span class="found">
        <span class="found-top">
          <strong>{name}</strong>
          <span class="muted">
            {summary === undefined ? '' : titleOf(chat, summary)} · {formatWhen(new Date(at))}
          </span>
        </span>
        <span class="found-text">
          <MarkedWords text={text} words={words} />
        </span>
      </span>
    </>
  );
}
