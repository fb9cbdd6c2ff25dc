import type {
  Attachment,
  ConversationId,
  MarkRead,
  Message,
  MessageId,
  SendMessage,
  UserId,
} from '@storm/contracts';
import type pg from 'pg';
import type { MessageStore, PageQuestion, ReadWatermark, StoreOutcome } from './message-store.ts';

type StoredRow = [n: number, outcome: number, seq: string | null, id: string | null, storedAt: Date | null];
type MessageRow = [
  id: string,
  conversationId: string,
  seq: string,
  senderId: string,
  key: string,
  text: string,
  attachments: Attachment[] | null,
  storedAt: Date,
];

export const messageColumns =
  'm.id, m.conversation_id, m.seq, m.sender_id, m.key, m.text, m.attachments, m.stored_at';

export const readMessage = (row: MessageRow): Message => ({
  id: row[0] as MessageId,
  conversationId: row[1] as ConversationId,
  seq: Number(row[2]),
  senderId: row[3] as UserId,
  key: row[4],
  text: row[5],
  attachments: row[6] ?? [],
  storedAt: row[7].toISOString(),
});

function readOutcome([, outcome, seq, id, storedAt]: StoredRow): StoreOutcome {
  if (outcome === 3) return { status: 'not-member' };
  if (outcome === 2) return { status: 'key-reused' };
  if (seq === null || id === null || storedAt === null)
    throw new Error('a stored message came back without its place');
  return {
    status: outcome === 0 ? 'stored' : 'duplicate',
    seq: Number(seq),
    id: id as MessageId,
    storedAt: storedAt.toISOString(),
  };
}

const pages = {
  last: { where: 'true', order: 'desc' },
  before: { where: 'm.seq < $3', order: 'desc' },
  after: { where: 'm.seq > $3', order: 'asc' },
} as const;

export function createMessageStore(pool: pg.Pool): MessageStore {
  const page = async (
    direction: keyof typeof pages,
    { conversationId, userId }: PageQuestion,
    seq: number,
    limit: number,
  ): Promise<MessageRow[]> => {
    const { where, order } = pages[direction];
    const bounded = direction === 'last' ? '$3::bigint is not null' : where;
    const { rows } = await pool.query<MessageRow>({
      name: `list-messages-${direction}`,
      text: `select ${messageColumns} from message.message m
             where m.conversation_id = $1 and ${bounded}
               and exists (select 1 from message.member r where r.conversation_id = $1 and r.user_id = $2)
             order by m.seq ${order} limit $4`,
      values: [conversationId, userId, seq, limit],
      rowMode: 'array',
    } as pg.QueryConfig);
    return order === 'desc' ? rows.reverse() : rows;
  };

  return {
    async storeMessages(batch) {
      const { rows } = await pool.query<StoredRow>({
        name: 'store-messages',
        text: 'select n, outcome, seq, id, stored_at from message.store_messages($1, $2, $3, $4, $5, $6)',
        values: [
          batch.map((one) => one.conversationId),
          batch.map((one) => one.senderId),
          batch.map((one) => one.key),
          batch.map((one) => one.text),
          batch.map((one) => (one.attachments.length === 0 ? null : JSON.stringify(one.attachments))),
          batch.map((one) => one.id),
        ],
        rowMode: 'array',
      } as pg.QueryConfig);
      return rows.map(readOutcome);
    },

    async markRead(batch) {
      const { rows } = await pool.query<[string, string, string, string]>({
        name: 'mark-read',
        text: 'select conversation_id, user_id, read_seq, last_seq from message.mark_read($1, $2, $3)',
        values: [
          batch.map((one) => one.conversationId),
          batch.map((one) => one.userId),
          batch.map((one) => one.seq),
        ],
        rowMode: 'array',
      } as pg.QueryConfig);
      return rows.map(
        ([conversationId, userId, readSeq, lastSeq]): ReadWatermark => ({
          conversationId: conversationId as ConversationId,
          userId: userId as UserId,
          readSeq: Number(readSeq),
          lastSeq: Number(lastSeq),
        }),
      );
    },

    async listMessages(question) {
      const { conversationId, userId, limit } = question;
      const { rows } = await pool.query<[string, string]>({
        name: 'read-state',
        text: `select c.last_seq, r.read_seq from message.member r join message.conversation c on c.id = r.conversation_id
               where r.conversation_id = $1 and r.user_id = $2`,
        values: [conversationId, userId],
        rowMode: 'array',
      } as pg.QueryConfig);
      const state = rows[0];
      if (state === undefined) return null;
      const found = await findPage(question, limit, (direction, seq, count) =>
        page(direction, question, seq, count),
      );
      return { messages: found.map(readMessage), lastSeq: Number(state[0]), readSeq: Number(state[1]) };
    },

    async listStoredSince(since, after, limit) {
      const { rows } = await pool.query<MessageRow>({
        text: `select ${messageColumns} from message.message m
               where m.stored_at >= $1 and (m.conversation_id, m.seq) > ($2, $3)
               order by m.conversation_id, m.seq limit $4`,
        values: [
          since,
          after?.conversationId ?? '00000000-0000-0000-0000-000000000000',
          after?.seq ?? 0,
          limit,
        ],
        rowMode: 'array',
      } as pg.QueryConfig);
      return rows.map(readMessage);
    },
  };
}

async function findPage(
  { before, after, around }: PageQuestion,
  limit: number,
  page: (direction: keyof typeof pages, seq: number, limit: number) => Promise<MessageRow[]>,
): Promise<MessageRow[]> {
  if (around !== undefined) {
    const half = Math.ceil(limit / 2);
    const [older, newer] = await Promise.all([
      page('before', around + 1, half),
      page('after', around, limit - half),
    ]);
    return [...older, ...newer];
  }
  if (after !== undefined) return page('after', after, limit);
  if (before !== undefined) return page('before', before, limit);
  return page('last', 0, limit);
}

export type { MarkRead, SendMessage };
