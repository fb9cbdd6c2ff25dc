import type { ConversationId, MarkRead, Message, SendMessage, UserId } from '@storm/contracts';
import type pg from 'pg';
import { hiddenFor, type MessageRow, messageColumns, readMessage } from './message-row.ts';
import {
  type MessageStore,
  maxStoredTogether,
  type PageQuestion,
  type ReadWatermark,
} from './message-store.ts';
import { createSendStore } from './send-store.pg.ts';
import { encodeAttachments } from './stored-outcome.ts';

type PageRow = [isHidden: boolean, ...MessageRow];
/** One transaction gives all messages of a conversation one time, to the microsecond; two never the same. */
type TogetherRow = [storedWith: string, ...MessageRow];
const storedWith = "m.conversation_id || ' ' || extract(epoch from m.stored_at)";

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
  ): Promise<PageRow[]> => {
    const { where, order } = pages[direction];
    const bounded = direction === 'last' ? '$3::bigint is not null' : where;
    const { rows } = await pool.query<PageRow>({
      name: `list-messages-${direction}`,
      text: `select ${hiddenFor('$2')}, ${messageColumns} from message.current_message m
             where m.conversation_id = $1 and ${bounded}
               and exists (select 1 from message.member r where r.conversation_id = $1 and r.user_id = $2)
             order by m.seq ${order} limit $4`,
      values: [conversationId, userId, seq, limit],
      rowMode: 'array',
    } as pg.QueryConfig);
    return order === 'desc' ? rows.reverse() : rows;
  };

  const quotedBy = async (messages: readonly Message[], { conversationId, userId }: PageQuestion) => {
    const there = new Set(messages.map(({ seq }) => seq));
    const wanted = messages.flatMap(({ replyTo }) =>
      replyTo === undefined || there.has(replyTo) ? [] : [replyTo],
    );
    if (wanted.length === 0) return [];
    const { rows } = await pool.query<PageRow>({
      name: 'list-quoted',
      text: `select ${hiddenFor('$2')}, ${messageColumns} from message.current_message m
             where m.conversation_id = $1 and m.seq = any ($3) order by m.seq`,
      values: [conversationId, userId, wanted],
      rowMode: 'array',
    } as pg.QueryConfig);
    return rows.map(([isHidden, ...row]) => readMessage(row, isHidden));
  };

  return {
    storeMessages: createSendStore(pool),

    async markRead(batch) {
      const { rows } = await pool.query<[string, string, string, string, string, number]>({
        name: 'mark-read',
        text: `select r.conversation_id, r.user_id, r.read_seq, r.last_seq,
                      greatest(r.read_seq, m.delivered_seq), c.member_count
               from message.mark_read($1, $2, $3) r
               join message.member m on m.conversation_id = r.conversation_id and m.user_id = r.user_id
               join message.conversation c on c.id = r.conversation_id`,
        values: [
          batch.map((one) => one.conversationId),
          batch.map((one) => one.userId),
          batch.map((one) => one.seq),
        ],
        rowMode: 'array',
      } as pg.QueryConfig);
      return rows.map(
        ([conversationId, userId, readSeq, lastSeq, deliveredSeq, memberCount]): ReadWatermark => ({
          conversationId: conversationId as ConversationId,
          userId: userId as UserId,
          readSeq: Number(readSeq),
          lastSeq: Number(lastSeq),
          deliveredSeq: Number(deliveredSeq),
          memberCount,
        }),
      );
    },

    async recallSends(batch) {
      const { rows } = await pool.query<[number, ...MessageRow]>({
        name: 'recall-sends',
        text: `select m.n, ${messageColumns} from message.recall_sends($1, $2, $3, $4, $5) m`,
        values: [
          batch.map((one) => one.conversationId),
          batch.map((one) => one.senderId),
          batch.map((one) => one.key),
          batch.map((one) => one.text),
          batch.map((one) => encodeAttachments(one)),
        ],
        rowMode: 'array',
      } as pg.QueryConfig);
      return new Map(rows.map(([n, ...row]) => [n - 1, readMessage(row)]));
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
      const messages = found.map(([isHidden, ...row]) => readMessage(row, isHidden));
      const quoted = await quotedBy(messages, question);
      return { messages, quoted, lastSeq: Number(state[0]), readSeq: Number(state[1]) };
    },

    async listStoredTogether(messages) {
      const { rows } = await pool.query<TogetherRow>({
        text: `with wanted as materialized (
                 select s.conversation_id, s.stored_at, min(s.seq) as first, max(s.seq) as last
                 from unnest($1::uuid[], $2::bigint[]) as i (conversation_id, seq)
                 join message.message s on s.conversation_id = i.conversation_id and s.seq = i.seq
                 group by 1, 2
               )
               select ${storedWith}, ${messageColumns} from wanted w
               join message.current_message m on m.conversation_id = w.conversation_id
                 and m.seq between w.first - $3 and w.last + $3 and m.stored_at = w.stored_at
               order by 1, m.seq`,
        values: [
          messages.map(({ conversationId }) => conversationId),
          messages.map(({ seq }) => seq),
          maxStoredTogether,
        ],
        rowMode: 'array',
      } as pg.QueryConfig);
      return readTogether(rows);
    },

    async listStoredSince(since, after, limit) {
      const { rows } = await pool.query<TogetherRow>({
        text: `select ${storedWith}, ${messageColumns} from message.current_message m
               where m.stored_at >= $1
                 and (date_trunc('milliseconds', m.stored_at), m.conversation_id, m.seq) > ($2, $3, $4)
               order by date_trunc('milliseconds', m.stored_at), m.conversation_id, m.seq limit $5`,
        values: [
          since,
          after?.storedAt ?? new Date(0),
          after?.conversationId ?? '00000000-0000-0000-0000-000000000000',
          after?.seq ?? 0,
          limit,
        ],
        rowMode: 'array',
      } as pg.QueryConfig);
      return readTogether(rows);
    },
  };
}

function readTogether(rows: readonly TogetherRow[]): Message[][] {
  const groups: Message[][] = [];
  let last: string | undefined;
  for (const [group, ...row] of rows) {
    if (group !== last) groups.push([]);
    groups.at(-1)?.push(readMessage(row));
    last = group;
  }
  return groups;
}

async function findPage(
  { before, after, around }: PageQuestion,
  limit: number,
  page: (direction: keyof typeof pages, seq: number, limit: number) => Promise<PageRow[]>,
): Promise<PageRow[]> {
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
