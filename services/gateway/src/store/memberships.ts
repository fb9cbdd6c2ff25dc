import type { ConversationId, UserId } from '@storm/contracts';

export interface Memberships {
  isMember(userId: UserId, conversationId: ConversationId): Promise<boolean>;
}
