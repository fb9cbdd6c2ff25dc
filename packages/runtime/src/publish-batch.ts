import type { Msg } from 'nats';

/**
 * What nats-server (2.14 and newer, streams with `allow_batched`) calls a fast batch: the reply subject of each message
 * says which batch it belongs to, its number, and what to do.
 * `<inbox><token>.<batch>.<flow>.<gap>.<number>.<operation>.$FI`
 */
const operations = { start: 0, append: 1, commit: 2 } as const;
/** So many messages go by before the server tells how it gets on: more than a batch holds. */
const flow = 1_000;

/** @param inbox ends with a dot and is unique, so that with the token it names the batch in the whole stream. */
export function batchReply(inbox: string, token: string, index: number, count: number): string {
  const batch = `${inbox.slice(inbox.lastIndexOf('.', inbox.length - 2) + 1, -1)}-${token}`;
  const operation =
    index === count - 1 ? operations.commit : index === 0 ? operations.start : operations.append;
  // A gap ends the batch: what follows a message that was lost is not kept.
  return `${inbox}${token}.${batch}.${flow}.fail.${index + 1}.${operation}.$FI`;
}

export const batchTokenOf = (subject: string, inbox: string): string =>
  subject.slice(inbox.length, subject.indexOf('.', inbox.length));

const progress = Buffer.from('{"type":"ack"');

/** Whether the server only tells that messages arrive. */
export function isProgress({ data }: Msg): boolean {
  return Buffer.from(data.buffer, data.byteOffset, Math.min(data.byteLength, progress.length)).equals(
    progress,
  );
}
