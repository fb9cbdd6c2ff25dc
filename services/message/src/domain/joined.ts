import { type Conversation, conversationJoined, type Member } from '@storm/contracts';
import type { OutgoingEvent } from './command.ts';
import { happened } from './outcomes.ts';

/** Tells a member that they are now in a conversation; its id is of this time of joining. */
export const joined = (conversation: Conversation, { userId, role, joinedAt }: Member): OutgoingEvent => {
  const { id: conversationId, kind, name, lastSeq } = conversation;
  const data = { conversationId, kind, name, role, lastSeq };
  return happened(conversationJoined, userId, `joined:${conversationId}:${userId}:${joinedAt}`, data);
};
