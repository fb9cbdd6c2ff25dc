import type { MessageId, SendMessage } from '@storm/contracts';
import type { StoreOutcome } from './message-store.ts';

export type StoredRow = [
  n: number,
  outcome: number,
  seq: string | null,
  id: string | null,
  storedAt: Date | null,
];
export function readOutcome([, outcome, seq, id, storedAt]: StoredRow): StoreOutcome {
  if (outcome === 3) return { status: 'not-member' };
  if (outcome === 4) return { status: 'no-such-reply' };
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

export const encodeAttachments = ({ attachments }: SendMessage): string | null =>
  attachments.length === 0 ? null : JSON.stringify(attachments);
