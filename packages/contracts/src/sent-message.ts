import type { Static } from 'typebox';
import type { SendMessage, sendMessage } from './commands.ts';
import type { Message } from './message-entities.ts';

/** The message that a send has led to: the answer says only what whoever sent it does not know. */
export function sentMessage(
  { conversationId, senderId, key, text, attachments, replyTo }: SendMessage,
  { id, seq, storedAt, message }: Static<typeof sendMessage.answer>,
): Message {
  if (message !== undefined) return message;
  const sent: Message = { id, conversationId, seq, senderId, key, text, attachments, storedAt };
  return replyTo === undefined ? sent : { ...sent, replyTo };
}
