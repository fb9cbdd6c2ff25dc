import { randomUUID } from 'node:crypto';
import type pg from 'pg';

const batchRows = 500;

/** L2: rows of a message's shape with its keys, by `UNNEST`, one connection, nothing asked and nothing locked. @returns rows a second. */
export async function measureInserts(database: pg.Client, forMs: number): Promise<number> {
  await database.query(`drop table if exists bench_raw;
    create table bench_raw (like message.message including defaults,
      primary key (conversation_id, seq), unique (conversation_id, sender_id, key))`);
  const conversationIds = Array.from({ length: 20 }, () => randomUUID());
  const senderId = randomUUID();
  const column = <T>(of: (index: number) => T): T[] =>
    Array.from({ length: batchRows }, (_, index) => of(index));
  const texts = column(() => 'x'.repeat(100));
  const conversations = column((index) => conversationIds[index % conversationIds.length]);
  let rows = 0;
  const startedAt = performance.now();
  while (performance.now() - startedAt < forMs) {
    const base = rows;
    await database.query({
      name: 'bench-raw-insert',
      text: `insert into bench_raw (conversation_id, seq, id, sender_id, key, text)
             select * from unnest($1::uuid[], $2::bigint[], $3::uuid[], $4::uuid[], $5::text[], $6::text[])`,
      values: [
        conversations,
        column((index) => base + index),
        column(() => randomUUID()),
        column(() => senderId),
        // As clients make them: where each goes in the index is as random as there.
        column(() => randomUUID()),
        texts,
      ],
    });
    rows += batchRows;
  }
  const perSecond = rows / ((performance.now() - startedAt) / 1_000);
  await database.query('drop table bench_raw');
  return perSecond;
}
