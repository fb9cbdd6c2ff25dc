import type {
  Conversation,
  ConversationId,
  ConversationSummary,
  CreateConversation,
  Member,
  UserId,
} from '@storm/contracts';

export type CreateOutcome = 'created' | 'existing' | 'differs';

export interface ConversationStore {
  create(command: CreateConversation): Promise<CreateOutcome>;
  /**
   * With those who joined after a member, from the first on when there is no such member.
   * @returns null when `userId` is not in it.
   */
  get(conversationId: ConversationId, userId: UserId, membersAfter?: UserId): Promise<Conversation | null>;
  /** Those of `userIds` that are members now. */
  findMembers(conversationId: ConversationId, userIds: readonly UserId[]): Promise<Member[]>;
  /** By the time of the last message, newest first. @param only those after one, or one alone */
  list(
    userId: UserId,
    limit: number,
    only?: { after?: ConversationId | undefined; id?: ConversationId | undefined },
  ): Promise<ConversationSummary[]>;
  listMemberships(userId: UserId): Promise<ConversationId[]>;
  isMember(userId: UserId, conversationId: ConversationId): Promise<boolean>;
  /** Those of `userIds` with whom the user shares a conversation. */
  findPeers(userId: UserId, userIds: readonly UserId[]): Promise<UserId[]>;
  listMembers(
    conversationIds: readonly ConversationId[],
    limit: number,
  ): Promise<{ conversationId: ConversationId; memberCount: number; userIds: UserId[] }[]>;
  unreadCounts(userId: UserId): Promise<Map<ConversationId, number>>;
}
