import { type ByteWindow, MalformedFile } from './byte-window.ts';
import { isTurned, type Orientation, orientationTiff } from './orientation.ts';
import { StripPlan, sizeOf } from './strip-plan.ts';

const kept = new Set(['VP8 ', 'VP8L', 'VP8X', 'ALPH', 'ANIM', 'ANMF', 'ICCP']);
const flags = { exif: 0x08, xmp: 0x04 } as const;
const headBytes = 12;

/** Keeps the chunks that draw the picture; EXIF (but the orientation), XMP and unknown chunks go. */
export async function stripWebp(file: ByteWindow, orientation: Orientation): Promise<StripPlan> {
  const head = await file.bytes(0, headBytes);
  const isRiff = head.toString('latin1', 0, 4) === 'RIFF' && head.toString('latin1', 8, 12) === 'WEBP';
  if (!isRiff) throw new MalformedFile('no WebP header');
  const end = Math.min(file.size, 8 + head.readUInt32LE(4));
  const body = new StripPlan();
  // Only the extended format has room for an orientation.
  let isExtended = false;
  for (let at = headBytes; at + 8 <= end; ) {
    const chunkHead = await file.bytes(at, 8);
    const type = chunkHead.toString('latin1', 0, 4);
    const length = chunkHead.readUInt32LE(4);
    const next = at + 8 + length + (length % 2);
    // The last chunk's padding is sometimes forgotten.
    if (at + 8 + length > end) throw new MalformedFile(`chunk ${type} reaches past the end`);
    if (type === 'VP8X') {
      isExtended = true;
      const extended = Buffer.from(await file.bytes(at, 18));
      const shown = extended.readUInt8(8) & ~(flags.exif | flags.xmp);
      extended.writeUInt8(isTurned(orientation) ? shown | flags.exif : shown, 8);
      body.bytes(extended);
    } else if (kept.has(type)) {
      body.range(at, Math.min(next, end));
    }
    at = next;
  }
  if (isExtended && isTurned(orientation)) body.bytes(exifChunk(orientation));
  return withHead(body);
}

function exifChunk(orientation: Orientation): Buffer {
  const tiff = orientationTiff(orientation);
  const chunkHead = Buffer.from('EXIF\0\0\0\0', 'latin1');
  chunkHead.writeUInt32LE(tiff.length, 4);
  return Buffer.concat([chunkHead, tiff]);
}

function withHead(body: StripPlan): StripPlan {
  const plan = new StripPlan();
  const head = Buffer.from('RIFF\0\0\0\0WEBP', 'latin1');
  head.writeUInt32LE(4 + body.pieces.reduce((sum, piece) => sum + sizeOf(piece), 0), 4);
  plan.bytes(head);
  plan.pieces.push(...body.pieces);
  return plan;
}
