import type { MessageId, SendMessage } from '@storm/contracts';
import pg from 'pg';
import type { FreshPlaces } from './encode-fresh.ts';
import type { StoreOutcome } from './message-store.ts';

/** As Postgres writes them: `asWritten` keeps the driver from parsing what a batch has in common again and again. */
export type StoredRow = [outcome: string, seq: string | null, id: string | null, storedAt: string | null];

/** Of a batch that is new as a whole: where each pair's conversation ended before, as `{1,2,3}`, and the time that all have. */
export type FreshRow = [bases: string, storedAt: string];

/** For a query with such rows. */
export const asWritten = { getTypeParser: () => (value: string) => value };

const parseTimestamp = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ) as (text: string) => Date;
const parseTime = (text: string): string => parseTimestamp(text).toISOString();

export function readFreshOutcomes(
  batch: readonly { id: MessageId }[],
  { pairs, places }: FreshPlaces,
  [basesText, storedAtText]: FreshRow,
): StoreOutcome[] {
  const storedAt = parseTime(storedAtText);
  const bases = basesText.slice(1, -1).split(',').map(Number);
  return batch.map(({ id }, index) => {
    const seq = (bases[(pairs[index] ?? 0) - 1] ?? Number.NaN) + (places[index] ?? Number.NaN);
    return { status: 'stored', seq, id, storedAt };
  });
}

/** What became of each message of a batch; all that are stored together have one time. */
export function readOutcomes(rows: readonly StoredRow[]): StoreOutcome[] {
  let lastText = '';
  let lastTime = '';
  return rows.map(([outcome, seq, id, storedAt]) => {
    if (outcome === '3') return { status: 'not-member' };
    if (outcome === '4') return { status: 'no-such-reply' };
    if (outcome === '2') return { status: 'key-reused' };
    if (seq === null || id === null || storedAt === null)
      throw new Error('a stored message came back without its place');
    if (storedAt !== lastText) {
      lastText = storedAt;
      lastTime = parseTime(storedAt);
    }
    return {
      status: outcome === '0' ? 'stored' : 'duplicate',
      seq: Number(seq),
      id: id as MessageId,
      storedAt: lastTime,
    };
  });
}

export const encodeAttachments = ({ attachments }: SendMessage): string | null =>
  attachments.length === 0 ? null : JSON.stringify(attachments);
