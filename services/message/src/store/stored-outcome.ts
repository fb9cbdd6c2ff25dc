import type { MessageId, SendMessage } from '@storm/contracts';
import pg from 'pg';
import type { StoreOutcome } from './message-store.ts';

/** As Postgres writes them: `asWritten` keeps the driver from parsing what a batch has in common again and again. */
export type StoredRow = [outcome: string, seq: string | null, id: string | null, storedAt: string | null];

/** For a query whose rows are `StoredRow`s. */
export const asWritten = { getTypeParser: () => (value: string) => value };

const parseTime = pg.types.getTypeParser(pg.types.builtins.TIMESTAMPTZ) as (text: string) => Date;

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
      lastTime = parseTime(storedAt).toISOString();
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
