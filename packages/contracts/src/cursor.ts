/**
 * A place in the event stream. `epoch` names the stream (its creation time and generation), `timeMs` is when the event at `sequence`
 * was stored: a stream that was rolled back to an older copy and has grown again holds another event at that
 * sequence, so a cursor from before is recognised and not followed into a wrong view.
 */
export interface StreamPosition {
  epoch: string;
  sequence: number;
  timeMs: number;
  /** So many messages of the event that stands there have been given; absent: all of them. */
  part?: number;
}

export function encodeCursor({ epoch, sequence, timeMs, part }: StreamPosition): string {
  const place = `${epoch}.${sequence.toString(36)}.${timeMs.toString(36)}`;
  return part === undefined ? place : `${place}.${part.toString(36)}`;
}

/** @returns null for anything that `encodeCursor` did not make. */
export function decodeCursor(cursor: string): StreamPosition | null {
  const match = /^([0-9a-z]{1,16})\.([0-9a-z]{1,11})\.([0-9a-z]{1,11})(?:\.([0-9a-z]{1,4}))?$/.exec(cursor);
  if (match === null) return null;
  const [, epoch = '', sequence = '', timeMs = '', part] = match;
  const position = { epoch, sequence: Number.parseInt(sequence, 36), timeMs: Number.parseInt(timeMs, 36) };
  return part === undefined ? position : { ...position, part: Number.parseInt(part, 36) };
}

/** What the stream's metadata holds its generation under. */
export const generationKey = 'storm-generation';

/** How often the stream was found to have lost something that it had told. */
export const generationOf = (metadata: Readonly<Record<string, string>> | undefined): number =>
  Number(metadata?.[generationKey] ?? 0);

/** The epoch of a stream: the RFC 3339 time at which it was created, and its generation. */
export function epochOf({ created, config }: StreamIdentity): string {
  const generation = generationOf(config.metadata);
  return `${new Date(created).getTime().toString(36)}${generation === 0 ? '' : generation.toString(36)}`;
}

/** The part of a stream's info that tells which stream it is. */
export interface StreamIdentity {
  readonly created: string;
  readonly config: { readonly metadata?: Readonly<Record<string, string>> };
}
