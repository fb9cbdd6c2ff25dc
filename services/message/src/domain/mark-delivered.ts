import { type ConversationId, type MarkDelivered, type Receipt, receiptMoved } from '@storm/contracts';
import type { ReceiptStore } from '../store/receipt-store.ts';
import type { CommandOutcome, OutgoingEvent } from './command.ts';
import { done, happened } from './outcomes.ts';

/** Tells a conversation how far a member has got. */
export const moved = (receipt: Receipt & { conversationId: ConversationId }): OutgoingEvent => {
  const { conversationId, userId, deliveredSeq, readSeq } = receipt;
  const id = `receipt:${conversationId}:${userId}:${deliveredSeq}:${readSeq}`;
  return happened(receiptMoved, conversationId, id, { conversationId, userId, deliveredSeq, readSeq });
};

/** Moves the watermarks of a batch in one round trip. Where receipts are not shown, and of strangers, nothing is said. */
export async function markDeliveredBatch(
  store: ReceiptStore,
  commands: readonly MarkDelivered[],
): Promise<CommandOutcome[]> {
  const receipts = await store.markDelivered(commands);
  const events = new Map(receipts.map((one) => [`${one.conversationId}:${one.userId}`, moved(one)]));
  return commands.map(({ conversationId, userId }) => {
    const event = events.get(`${conversationId}:${userId}`);
    return done({}, event === undefined ? [] : [event]);
  });
}
