import type { StreamPosition } from '@storm/contracts';
import type { StreamEnd } from './stream-end.ts';

export type ResyncReason = 'too-old' | 'too-far' | 'past-end' | 'epoch' | 'invalid';

/** How many events a resume may replay; a client further behind fetches its state instead. */
export const maxReplayEvents = 100_000;

/** Says whether the events after a cursor can be replayed, or why not. */
export function judgeCursor(
  cursor: StreamPosition | null,
  end: StreamEnd,
): ResyncReason | 'replay' | 'current' {
  if (cursor === null) return 'invalid';
  if (cursor.epoch !== end.epoch) return 'epoch';
  if (cursor.sequence > end.sequence) return 'past-end';
  // The stream was rolled back and has grown again: another event stands where the cursor's stood.
  const isWhole = cursor.part === undefined;
  if (cursor.sequence === end.sequence && cursor.timeMs !== end.timeMs) return 'past-end';
  if (cursor.sequence === end.sequence && isWhole) return 'current';
  // The rest of an event that was given in part is still to be read.
  if (cursor.sequence + (isWhole ? 1 : 0) < end.firstSequence) return 'too-old';
  if (end.sequence - cursor.sequence > maxReplayEvents) return 'too-far';
  return 'replay';
}
