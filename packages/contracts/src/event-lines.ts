/**
 * Messages of one conversation that were stored together travel as one `message-stored` event: one JSON document a line,
 * in the order of their sequence. JSON has no bare line break, so a single message is what it always was.
 */
export const maxMessagesTold = 32;
/** What makes a longer event is told message by message: well inside what the bus takes. */
export const maxBytesToldTogether = 256 * 1_024;

/** Header of an event that tells again what was in the stream before: whoever has heard it then needs it no more. */
export const againHeader = 'Storm-Again';

const lineBreak = 0x0a;

/** The documents of an event, views of its data. */
export function splitLines(data: Uint8Array): Uint8Array[] {
  const lines: Uint8Array[] = [];
  let from = 0;
  for (let at = data.indexOf(lineBreak); at >= 0; at = data.indexOf(lineBreak, from)) {
    lines.push(data.subarray(from, at));
    from = at + 1;
  }
  lines.push(from === 0 ? data : data.subarray(from));
  return lines;
}

export const joinLines = (documents: readonly string[]): Uint8Array => Buffer.from(documents.join('\n'));
