import type { ConversationId, UserId } from '@storm/contracts';

/** Who changes which conversation, as every change command says it. */
export const changeOf = (request: {
  params: { conversationId: ConversationId };
  principal: { userId: UserId };
}): { conversationId: ConversationId; actorId: UserId } => ({
  conversationId: request.params.conversationId,
  actorId: request.principal.userId,
});
