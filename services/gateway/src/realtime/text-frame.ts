/**
 * Whole text frames as a server sends them: final, unmasked, not compressed (RFC 6455, 5.2). Written in one go, because
 * every delivery is one; the library's `Sender.frame` makes the header apart and leaves the joining to us.
 */
const finalText = 0x81;
const longest7Bit = 125;
const longest16Bit = 65_535;

const headerBytes = (length: number): number => (length <= longest7Bit ? 2 : length <= longest16Bit ? 4 : 10);

/** A frame of this many bytes of payload, with room for it after the header. */
function openFrame(length: number): Buffer {
  const header = headerBytes(length);
  const frame = Buffer.allocUnsafe(header + length);
  frame[0] = finalText;
  if (header === 2) frame[1] = length;
  else if (header === 4) {
    frame[1] = longest7Bit + 1;
    frame.writeUInt16BE(length, 2);
  } else {
    frame[1] = longest7Bit + 2;
    frame.writeUIntBE(0, 2, 2);
    frame.writeUIntBE(length, 4, 6);
  }
  return frame;
}

/** @param data UTF-8, between two pieces of ASCII. */
export function encodeTextFrame(start: string, data: Uint8Array, end: string): Buffer {
  const length = start.length + data.length + end.length;
  const frame = openFrame(length);
  const at = frame.length - length;
  frame.write(start, at, 'latin1');
  frame.set(data, at + start.length);
  frame.write(end, frame.length - end.length, 'latin1');
  return frame;
}

export function encodeAsciiFrame(text: string): Buffer {
  const frame = openFrame(text.length);
  frame.write(text, frame.length - text.length, 'latin1');
  return frame;
}

export function encodeJsonFrame(value: unknown): Buffer {
  const text = JSON.stringify(value);
  const length = Buffer.byteLength(text);
  const frame = openFrame(length);
  frame.write(text, frame.length - length);
  return frame;
}

/** An empty ping; the peer's pong says that it is there. */
export const pingFrame = Buffer.from([0x89, 0]);
