import type { Answer, ConversationId, listMembers } from '@storm/contracts';

/** Members of conversations, the first `limit` of each; a conversation that does not exist is left out. */
export type FindMembers = (
  conversationIds: readonly ConversationId[],
  limit: number,
) => Promise<Answer<typeof listMembers>['conversations']>;
