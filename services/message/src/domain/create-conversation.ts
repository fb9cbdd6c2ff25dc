import type { CreateConversation } from '@storm/contracts';
import { problems } from '../problems.ts';
import type { ConversationStore } from '../store/conversation-store.ts';
import type { CommandOutcome } from './command.ts';
import { joined } from './joined.ts';
import { done, refused } from './outcomes.ts';

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
