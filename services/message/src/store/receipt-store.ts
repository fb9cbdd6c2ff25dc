import type { ConversationId, MarkDelivered, Receipt, UserId } from '@storm/contracts';

export interface ReceiptStore {
  /** Receipts after the move, one per member that is there, of conversations that show them. */
  markDelivered(batch: readonly MarkDelivered[]): Promise<(Receipt & { conversationId: ConversationId })[]>;
  /** Of all members where they are shown, else the asker's own. @returns null for who is not in the conversation */
  listReceipts(userId: UserId, conversationId: ConversationId): Promise<Receipt[] | null>;
}
