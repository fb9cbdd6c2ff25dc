import { type ByteWindow, MalformedFile } from './byte-window.ts';

/** A box of the ISO base media format: MP4, QuickTime, HEIF, AVIF. */
export interface Box {
  type: string;
  /** Of its header. */
  at: number;
  /** Of its payload. */
  from: number;
  to: number;
}

const maxBoxes = 20_000;

/** The boxes that lie side by side between two places. */
export async function readBoxes(file: ByteWindow, from: number, to: number): Promise<Box[]> {
  const boxes: Box[] = [];
  for (let at = from; at + 8 <= to; ) {
    const head = await file.bytes(at, 8);
    const type = head.toString('latin1', 4, 8);
    const size = head.readUInt32BE();
    const isLong = size === 1;
    const length = isLong ? Number((await file.bytes(at + 8, 8)).readBigUInt64BE()) : size || to - at;
    const payload = at + (isLong ? 16 : 8);
    if (at + length < payload || payload > to) throw new MalformedFile(`box ${type} has no sound size`);
    if (boxes.length >= maxBoxes) throw new MalformedFile('too many boxes');
    // A recording that was cut short is shorter than its last box says, and is still worth seeing.
    const end = Math.min(at + length, to);
    boxes.push({ type, at, from: payload, to: end });
    at = end;
  }
  return boxes;
}
