import type pg from 'pg';
import { encodeFresh } from './encode-fresh.ts';
import { encodeSends } from './encode-sends.ts';
import type { MessageStore } from './message-store.ts';
import {
  asWritten,
  type FreshRow,
  readFreshOutcomes,
  readOutcomes,
  type StoredRow,
} from './stored-outcome.ts';

/**
 * The commit of the send path. Nearly always nobody has sent any message of a batch before: then they are inserted as they
 * are, in one round trip. Where one is a repeat or its sender no member, a second one looks at each.
 */
export function createSendStore(pool: pg.Pool): MessageStore['storeMessages'] {
  const call = async <Row extends unknown[]>(
    name: string,
    text: string,
    values: string[],
  ): Promise<Row[]> => {
    const config = { name, text, values, rowMode: 'array', types: asWritten };
    const { rows } = await pool.query<Row>(config as pg.QueryConfig);
    return rows;
  };
  return async (batch) => {
    const { values, of } = encodeFresh(batch);
    const [fresh] = await call<FreshRow>(
      'store-fresh-batch',
      'select bases, stored_at from message.store_fresh_batch($1, $2, $3, $4, $5, $6, $7, $8, $9)',
      values,
    );
    if (fresh !== undefined) return readFreshOutcomes(batch, of, fresh);
    const rows = await call<StoredRow>(
      'store-messages',
      'select outcome, seq, id, stored_at from message.store_messages($1, $2, $3, $4, $5, $6)',
      encodeSends(batch),
    );
    return readOutcomes(rows);
  };
}
