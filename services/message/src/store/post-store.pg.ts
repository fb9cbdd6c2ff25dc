import type { Attachment, Forwarded, UserId } from '@storm/contracts';
import type pg from 'pg';
import { encodeSends } from './encode-sends.ts';
import { type MessageRow, messageColumns, readMessage } from './message-row.ts';
import type { ForwardFound, PostStore } from './post-store.ts';
import { asWritten, readOutcomes, type StoredRow } from './stored-outcome.ts';

type FoundRow = [
  text: string | null,
  attachments: Attachment[] | null,
  senderId: UserId,
  storedAt: Date,
  forwarded: Forwarded | null,
  ...stored: MessageRow,
];

export function createPostStore(pool: pg.Pool): PostStore {
  const query = async <Row extends unknown[]>(
    name: string,
    text: string,
    values: unknown[],
    types?: typeof asWritten,
  ): Promise<Row[]> => {
    const { rows } = await pool.query<Row>({ name, text, values, types, rowMode: 'array' } as pg.QueryConfig);
    return rows;
  };
  return {
    async storePosts(batch) {
      const rows = await query<StoredRow>(
        'store-posts',
        `select outcome, seq, id, stored_at
         from message.store_posts($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)`,
        [
          ...encodeSends(batch),
          batch.map((one) => one.replyTo ?? null),
          batch.map(({ forwarded }) => (forwarded === undefined ? null : JSON.stringify(forwarded))),
          batch.map((one) => one.from?.conversationId ?? null),
          batch.map((one) => one.from?.seq ?? null),
        ],
        asWritten,
      );
      return readOutcomes(rows);
    },

    async findForwards(batch) {
      const rows = await query<FoundRow>(
        'find-forwards',
        `select m.source_text, m.source_attachments, m.source_sender, m.source_stored_at, m.source_forwarded,
                ${messageColumns}
         from message.find_forwards($1, $2, $3, $4, $5) m order by m.n`,
        [
          batch.map((one) => one.senderId),
          batch.map((one) => one.from.conversationId),
          batch.map((one) => one.from.seq),
          batch.map((one) => one.conversationId),
          batch.map((one) => one.key),
        ],
      );
      return rows.map(readFound);
    },

    async mayReadMedia(userId, mediaId) {
      const rows = await query<[number]>(
        'may-read-media',
        `select 1 from message.shared_media s
         join message.member r on r.conversation_id = s.conversation_id and r.user_id = $1
         where s.media_id = $2 limit 1`,
        [userId, mediaId],
      );
      return rows.length > 0;
    },
  };
}

function readFound([text, attachments, senderId, storedAt, forwarded, ...stored]: FoundRow): ForwardFound {
  const origin = (): Forwarded => forwarded ?? { senderId, storedAt: storedAt.toISOString() };
  return {
    source: text === null ? null : { text, attachments: attachments ?? [], forwarded: origin() },
    stored: stored[0] === null ? null : readMessage(stored),
  };
}
