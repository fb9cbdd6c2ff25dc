import type { MessageSearch, UserId } from '@storm/contracts';
import type pg from 'pg';
import { hiddenFor, type MessageRow, messageColumns, readMessage } from './message-row.ts';
import type { SearchStore } from './search-store.ts';

/** Messages that one search makes searchable at most: about a second of work. */
const indexedAtOnce = 20_000;
const indexedInOneCommit = 2_000;
/** Without words nothing narrows the look-up: the newest of each conversation are looked at. */
const lookedAtWithoutWords = 10_000;

const hasClauses = {
  file: 'm.attachments is not null',
  image: `exists (select 1 from jsonb_array_elements(m.attachments) f where f.value ->> 'contentType' like 'image/%')`,
  link: `m.text ~* 'https?://'`,
} as const;

/** All words, each as the beginning of one; letters and digits are all that is left of what was typed. */
const toTsquery = (text: string): string =>
  (text.toLowerCase().match(/[\p{L}\p{N}]+/gu) ?? []).map((word) => `${word}:*`).join(' & ');

export function createSearchStore(pool: pg.Pool): SearchStore {
  /** @returns whether everything that may be found is searchable now */
  async function catchUp(userId: UserId, only: string | null): Promise<boolean> {
    const { rows } = await pool.query<{ id: string; behind: number }>({
      name: 'list-unsearchable',
      text: `select c.id, (c.last_seq - coalesce(p.indexed_seq, 0))::integer as behind
             from message.member r
             join message.conversation c on c.id = r.conversation_id
             left join message.search_progress p on p.conversation_id = c.id
             where r.user_id = $1 and ($2::uuid is null or c.id = $2) and c.last_seq > coalesce(p.indexed_seq, 0)
             order by behind`,
      values: [userId, only],
    });
    let budget = indexedAtOnce;
    for (const { id, behind } of rows) {
      for (let left = behind; left > 0; ) {
        if (budget <= 0) return false;
        const { rows: done } = await pool.query<{ looked_at: number }>({
          name: 'index-messages',
          text: 'select message.index_messages($1, $2) as looked_at',
          values: [id, Math.min(indexedInOneCommit, budget)],
        });
        const lookedAt = done[0]?.looked_at ?? 0;
        if (lookedAt === 0) break;
        left -= lookedAt;
        budget -= lookedAt;
      }
    }
    return true;
  }

  return {
    async search(userId, wanted) {
      const { q = '', has, limit = 30 } = wanted;
      const words = toTsquery(q);
      if (q.trim() !== '' && words === '') return { messages: [], isComplete: true };
      const isComplete = words === '' || (await catchUp(userId, wanted.in ?? null));
      const { rows } = await pool.query<MessageRow>({
        text: `select ${messageColumns}
               from message.member r
               join message.conversation c on c.id = r.conversation_id
               ${words === '' ? '' : 'join message.search_document d on d.conversation_id = r.conversation_id and d.words @@ $7::tsquery'}
               join message.current_message m on m.conversation_id = r.conversation_id
                 and ${words === '' ? 'm.seq > c.last_seq - $7::bigint' : 'm.seq = d.seq'}
               where r.user_id = $1 and ($2::uuid is null or r.conversation_id = $2)
                 and ($3::uuid is null or m.sender_id = $3)
                 and ($4::timestamptz is null or m.stored_at < $4) and ($5::timestamptz is null or m.stored_at > $5)
                 and m.deleted_at is null and not ${hiddenFor('$1')}
                 ${has === undefined ? '' : `and ${hasClauses[has]}`}
               order by m.stored_at desc, m.conversation_id, m.seq desc limit $6`,
        values: [...filters(userId, wanted), limit, words === '' ? lookedAtWithoutWords : words],
        rowMode: 'array',
      } as pg.QueryConfig);
      return { messages: rows.map((row) => readMessage(row)), isComplete };
    },
  };
}

const filters = (userId: UserId, wanted: MessageSearch): unknown[] => [
  userId,
  wanted.in ?? null,
  wanted.from ?? null,
  wanted.before ?? null,
  wanted.after ?? null,
];
