import type { ConversationId, MessageId, UserId } from '@storm/contracts';
import { runtimeProblems } from '@storm/runtime';
import { isTransientDatabaseError } from '@storm/runtime/postgres';
import type pg from 'pg';
import type { DeliveredTo, Delivery, InboxStore, PlacedItem } from './inbox-store.ts';

/** Items kept for a user; older ones are trimmed with the batch that pushes them out. */
export const maxItems = 500;
/** Beyond every place. */
const everything = '9223372036854775807';

interface DeliveredRow {
  user_id: UserId;
  unread: string;
  revision: string;
  place: string;
  n: number;
}

interface ListedRow {
  unread: string;
  revision: string;
  /** Null, as all that follows, in the one row of a page without items. */
  place: string | null;
  message_id: MessageId;
  conversation_id: ConversationId;
  seq: string;
  sender_id: UserId;
  preview: string;
  created_at: Date;
}

export function createInboxStore(pool: pg.Pool): InboxStore {
  const query = async <Row extends pg.QueryResultRow>(config: pg.QueryConfig): Promise<Row[]> => {
    try {
      const { rows } = await pool.query<Row>(config);
      return rows;
    } catch (cause) {
      if (!isTransientDatabaseError(cause)) throw cause;
      throw runtimeProblems['service-unavailable']({ detail: 'the database does not answer', cause });
    }
  };

  return {
    async deliver(batch) {
      const recipients = findRecipients(batch);
      const rows = await query<DeliveredRow>({
        name: 'deliver',
        text: `select user_id, unread, revision, place, n
               from notification.deliver($1, $2, $3, $4, $5, $6, $7, $8, $9)`,
        values: [
          batch.map(({ message }) => message.id),
          batch.map(({ message }) => message.conversationId),
          batch.map(({ message }) => message.seq),
          batch.map(({ message }) => message.senderId),
          batch.map(({ preview }) => preview),
          batch.map(({ message }) => message.storedAt),
          recipients.map(({ n }) => n),
          recipients.map(({ id }) => id),
          maxItems,
        ],
      });
      return rows.map(
        (row): DeliveredTo => ({
          userId: row.user_id,
          unread: Number(row.unread),
          revision: Number(row.revision),
          place: Number(row.place),
          index: row.n - 1,
        }),
      );
    },

    async rewrite(previews) {
      await query({
        name: 'rewrite-previews',
        text: `update notification.item i set preview = c.preview
               from unnest($1::uuid[], $2::text[]) as c (message_id, preview)
               where i.message_id = c.message_id and i.preview <> c.preview`,
        values: [previews.map(({ id }) => id), previews.map(({ preview }) => preview)],
      });
    },

    async list(userId, limit, before) {
      const rows = await query<ListedRow>({
        name: 'list-inbox',
        text: `select b.last_place - b.read_place as unread, b.revision,
                      i.place, i.message_id, i.conversation_id, i.seq, i.sender_id, i.preview, i.created_at
               from notification.inbox b
               left join lateral (
                 select * from notification.item i where i.user_id = b.user_id and i.place < $2
                 order by i.place desc limit $3
               ) i on true
               where b.user_id = $1
               order by i.place desc`,
        values: [userId, before ?? everything, limit],
      });
      return {
        unread: Number(rows[0]?.unread ?? 0),
        revision: Number(rows[0]?.revision ?? 0),
        items: rows.flatMap((row) => (row.place === null ? [] : [readItem(row, row.place)])),
      };
    },

    async markRead(userId, upTo) {
      const [row] = await query<{ unread: string; revision: string }>({
        name: 'mark-read',
        text: 'select unread, revision from notification.mark_read($1, $2)',
        values: [userId, upTo ?? everything],
      });
      return row === undefined ? null : { unread: Number(row.unread), revision: Number(row.revision) };
    },
  };
}

const readItem = (row: ListedRow, place: string): PlacedItem => ({
  place: Number(place),
  messageId: row.message_id,
  conversationId: row.conversation_id,
  seq: Number(row.seq),
  senderId: row.sender_id,
  preview: row.preview,
  createdAt: row.created_at.toISOString(),
});

/** Everyone who gets an item, and for which message, counted from 1. */
const findRecipients = (batch: readonly Delivery[]): { n: number; id: UserId }[] =>
  batch.flatMap(({ message, memberIds }, index) =>
    memberIds.filter((id) => id !== message.senderId).map((id) => ({ n: index + 1, id })),
  );
