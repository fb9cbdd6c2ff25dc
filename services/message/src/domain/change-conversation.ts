import {
  type AddMembers,
  type Conversation,
  type CreateConversation,
  conversationJoined,
  conversationLeft,
  type Member,
  memberAdded,
  memberRemoved,
  type RemoveMember,
} from '@storm/contracts';
import { problems } from '../problems.ts';
import type { ChangeOutcome, ConversationStore } from '../store/conversation-store.ts';
import type { CommandOutcome, OutgoingEvent } from './command.ts';
import { done, happened, refused } from './outcomes.ts';

const refusals = {
  'not-member': 'conversation-not-found',
  'not-allowed': 'not-allowed',
  direct: 'direct-is-fixed',
  full: 'conversation-full',
} as const satisfies Record<Exclude<ChangeOutcome, 'done'>, keyof typeof problems>;

const joined = (conversation: Conversation, { userId, role, joinedAt }: Member): OutgoingEvent => {
  const { id: conversationId, kind, name, lastSeq } = conversation;
  const data = { conversationId, kind, name, role, lastSeq };
  return happened(conversationJoined, userId, `joined:${conversationId}:${userId}:${joinedAt}`, data);
};

export async function createConversation(
  store: ConversationStore,
  command: CreateConversation,
): Promise<CommandOutcome> {
  const outcome = await store.create(command);
  if (outcome === 'differs') return refused(problems['conversation-differs']());
  const { conversationId, creatorId, memberIds } = command;
  const conversation = await store.get(conversationId, creatorId);
  if (conversation === null) return refused(problems['conversation-not-found']());
  // A retry tells the others again: the first try may have ended between the commit and the events.
  const members = await store.findMembers(conversationId, memberIds);
  const events = members.map((member) => joined(conversation, member));
  return done({ conversation, created: outcome === 'created' }, events);
}

export async function addMembers(store: ConversationStore, command: AddMembers): Promise<CommandOutcome> {
  const outcome = await store.addMembers(command);
  if (outcome !== 'done') return refused(problems[refusals[outcome]]());
  const { conversationId, actorId, userIds } = command;
  const conversation = await store.get(conversationId, actorId);
  if (conversation === null) return refused(problems['conversation-not-found']());
  const members = await store.findMembers(conversationId, userIds);
  const events = members.flatMap((member) => [
    joined(conversation, member),
    happened(memberAdded, conversationId, `added:${conversationId}:${member.userId}:${member.joinedAt}`, {
      conversationId,
      member,
    }),
  ]);
  return done({ conversation }, events);
}

export async function removeMember(
  store: ConversationStore,
  command: RemoveMember,
  commandId: string,
): Promise<CommandOutcome> {
  const outcome = await store.removeMember(command);
  if (outcome !== 'done') return refused(problems[refusals[outcome]]());
  const { conversationId, userId } = command;
  return done({}, [
    happened(memberRemoved, conversationId, `removed:${commandId}`, { conversationId, userId }),
    happened(conversationLeft, userId, `left:${commandId}`, { conversationId }),
  ]);
}
