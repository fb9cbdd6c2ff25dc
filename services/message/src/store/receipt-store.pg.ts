import { type ConversationId, maxMembersWithReceipts, type Receipt, type UserId } from '@storm/contracts';
import type pg from 'pg';
import type { ReceiptStore } from './receipt-store.ts';

type ReceiptRow = [userId: string, deliveredSeq: string, readSeq: string];

const readReceipt = ([userId, deliveredSeq, readSeq]: ReceiptRow): Receipt => ({
  userId: userId as UserId,
  deliveredSeq: Number(deliveredSeq),
  readSeq: Number(readSeq),
});

export function createReceiptStore(pool: pg.Pool): ReceiptStore {
  return {
    async markDelivered(batch) {
      const { rows } = await pool.query<[string, ...ReceiptRow]>({
        name: 'mark-delivered',
        text: `select conversation_id, user_id, delivered_seq, read_seq
               from message.mark_delivered($1, $2, $3, $4)`,
        values: [
          batch.map((one) => one.conversationId),
          batch.map((one) => one.userId),
          batch.map((one) => one.seq),
          maxMembersWithReceipts,
        ],
        rowMode: 'array',
      } as pg.QueryConfig);
      return rows.map(([conversationId, ...row]) => ({
        conversationId: conversationId as ConversationId,
        ...readReceipt(row),
      }));
    },

    async listReceipts(userId, conversationId) {
      const { rows } = await pool.query<ReceiptRow>({
        name: 'list-receipts',
        text: `select m.user_id, greatest(m.delivered_seq, m.read_seq), m.read_seq
               from message.member r
               join message.conversation c on c.id = r.conversation_id
               join message.member m on m.conversation_id = r.conversation_id
                 and (m.user_id = r.user_id or c.member_count <= $3)
               where r.conversation_id = $1 and r.user_id = $2
               order by m.joined_at, m.user_id`,
        values: [conversationId, userId, maxMembersWithReceipts],
        rowMode: 'array',
      } as pg.QueryConfig);
      return rows.length === 0 ? null : rows.map(readReceipt);
    },
  };
}
