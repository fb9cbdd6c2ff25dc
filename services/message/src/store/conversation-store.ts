import type {
  AddMembers,
  Conversation,
  ConversationId,
  ConversationSummary,
  CreateConversation,
  Member,
  RemoveMember,
  UserId,
} from '@storm/contracts';

export type ChangeOutcome = 'done' | 'not-member' | 'not-allowed' | 'direct' | 'full';
export type CreateOutcome = 'created' | 'existing' | 'differs';

export interface ConversationStore {
  create(command: CreateConversation): Promise<CreateOutcome>;
  addMembers(command: AddMembers): Promise<ChangeOutcome>;
  removeMember(command: RemoveMember): Promise<ChangeOutcome>;
  /** @returns null when `userId` is not in it. */
  get(conversationId: ConversationId, userId: UserId): Promise<Conversation | null>;
  /** Those of `userIds` that are members now. */
  findMembers(conversationId: ConversationId, userIds: readonly UserId[]): Promise<Member[]>;
  list(userId: UserId, limit: number, after: ConversationId | undefined): Promise<ConversationSummary[]>;
  listMemberships(userId: UserId): Promise<ConversationId[]>;
  isMember(userId: UserId, conversationId: ConversationId): Promise<boolean>;
  listMembers(
    conversationIds: readonly ConversationId[],
    limit: number,
  ): Promise<{ conversationId: ConversationId; memberCount: number; userIds: UserId[] }[]>;
  unreadCounts(userId: UserId): Promise<Map<ConversationId, number>>;
}
