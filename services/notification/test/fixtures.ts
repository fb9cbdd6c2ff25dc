import { randomUUID } from 'node:crypto';
import type { ConversationId, Message, MessageId, UserId } from '@storm/contracts';

export const newUser = (): UserId => randomUUID() as UserId;
export const newConversation = (): ConversationId => randomUUID() as ConversationId;

let storedAtMs = Date.now();

/** A message as the message service tells of it; each later than the one before. */
export function newMessage(about: Partial<Message> = {}): Message {
  return {
    id: randomUUID() as MessageId,
    conversationId: newConversation(),
    seq: 1,
    senderId: newUser(),
    key: 'key',
    text: 'Hello',
    attachments: [],
    storedAt: new Date(storedAtMs++).toISOString(),
    ...about,
  };
}
