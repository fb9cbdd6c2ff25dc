/**
 * A place in the event stream. `epoch` names the stream (its creation time), `timeMs` is when the event at `sequence`
 * was stored: a stream that was rolled back to an older copy and has grown again holds another event at that
 * sequence, so a cursor from before is recognised and not followed into a wrong view.
 */
export interface StreamPosition {
  epoch: string;
  sequence: number;
  timeMs: number;
}

export const encodeCursor = ({ epoch, sequence, timeMs }: StreamPosition): string =>
  `${epoch}.${sequence.toString(36)}.${timeMs.toString(36)}`;

/** @returns null for anything that `encodeCursor` did not make. */
export function decodeCursor(cursor: string): StreamPosition | null {
  const match = /^([0-9a-z]{1,16})\.([0-9a-z]{1,11})\.([0-9a-z]{1,11})$/.exec(cursor);
  if (match === null) return null;
  const [, epoch = '', sequence = '', timeMs = ''] = match;
  return { epoch, sequence: Number.parseInt(sequence, 36), timeMs: Number.parseInt(timeMs, 36) };
}

/** The epoch of a stream from the RFC 3339 time at which it was created. */
export const epochOf = (created: string): string => new Date(created).getTime().toString(36);
