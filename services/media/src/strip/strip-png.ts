import { crc32 } from 'node:zlib';
import { type ByteWindow, MalformedFile } from './byte-window.ts';
import { isTurned, type Orientation, orientationTiff } from './orientation.ts';
import { StripPlan } from './strip-plan.ts';

/** Chunks that draw the picture or say how its colours are meant; texts, times, EXIF and unknown ones go. */
const kept = new Set([
  ...['IHDR', 'PLTE', 'IDAT', 'IEND', 'tRNS', 'cHRM', 'gAMA', 'iCCP', 'sBIT', 'sRGB', 'cICP', 'mDCV', 'cLLI'],
  ...['bKGD', 'pHYs', 'acTL', 'fcTL', 'fdAT'],
]);

/** Keeps chunks as they are; what follows the last one goes. */
export async function stripPng(file: ByteWindow, orientation: Orientation): Promise<StripPlan> {
  const plan = new StripPlan();
  if ((await file.bytes(0, 8)).toString('latin1') !== '\x89PNG\r\n\x1a\n') {
    throw new MalformedFile('no PNG signature');
  }
  plan.range(0, 8);
  for (let at = 8; at < file.size; ) {
    const head = await file.bytes(at, 8);
    const end = at + 12 + head.readUInt32BE();
    const type = head.toString('latin1', 4, 8);
    if (end > file.size) throw new MalformedFile(`chunk ${type} reaches past the end`);
    if (kept.has(type)) plan.range(at, end);
    if (type === 'IHDR' && isTurned(orientation)) plan.bytes(chunk('eXIf', orientationTiff(orientation)));
    if (type === 'IEND') return plan;
    at = end;
  }
  throw new MalformedFile('no end');
}

function chunk(type: string, body: Uint8Array): Buffer {
  const named = Buffer.concat([Buffer.from(type, 'latin1'), body]);
  const framed = Buffer.alloc(named.length + 8);
  framed.writeUInt32BE(body.length, 0);
  named.copy(framed, 4);
  framed.writeUInt32BE(crc32(named), named.length + 4);
  return framed;
}
