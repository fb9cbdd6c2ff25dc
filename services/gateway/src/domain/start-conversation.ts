import {
  type ConversationId,
  type CreateConversation,
  createConversation,
  type UserId,
} from '@storm/contracts';
import { directConversationId, groupConversationId } from '@storm/contracts/conversation-id';
import { problems } from '../problems.ts';
import type { CommandOutcome, CommandSubmitter } from '../store/submit-command.ts';

export type Wish =
  | { kind: 'direct'; userId: UserId }
  | { kind: 'group'; key: string; name: string; memberIds: readonly UserId[] };

/** The creation that a wish asks for: its id follows from the wish, so that a retry names the same conversation. */
export function planConversation(creatorId: UserId, wish: Wish): CreateConversation {
  if (wish.kind === 'direct') {
    if (wish.userId === creatorId) throw problems['direct-with-self']();
    const memberIds = [creatorId, wish.userId];
    const conversationId = directConversationId(creatorId, wish.userId);
    return { conversationId, kind: 'direct', name: null, creatorId, memberIds };
  }
  const memberIds = [creatorId, ...wish.memberIds.filter((id) => id !== creatorId)];
  const conversationId = groupConversationId(creatorId, wish.key);
  return { conversationId, kind: 'group', name: wish.name, creatorId, memberIds };
}

/** @throws Problem `unknown-user` when one of them does not exist. */
export type CheckUsersExist = (ids: readonly UserId[], authorization: string) => Promise<void>;

export const startConversation = async (
  submitter: CommandSubmitter,
  checkUsersExist: CheckUsersExist,
  asking: { userId: UserId; authorization: string; wish: Wish },
): Promise<{ id: ConversationId; outcome: CommandOutcome<typeof createConversation> }> => {
  const command = planConversation(asking.userId, asking.wish);
  const others = command.memberIds.filter((id) => id !== asking.userId);
  if (others.length > 0) await checkUsersExist(others, asking.authorization);
  const { conversationId: id } = command;
  return { id, outcome: await submitter.submit(createConversation, id, command) };
};
