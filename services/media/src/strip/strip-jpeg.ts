import { type ByteWindow, MalformedFile } from './byte-window.ts';
import { isTurned, type Orientation, orientationTiff } from './orientation.ts';
import { StripPlan } from './strip-plan.ts';

const marker = {
  startOfImage: 0xd8,
  endOfImage: 0xd9,
  startOfScan: 0xda,
  app0: 0xe0,
  comment: 0xfe,
} as const;
const isStandalone = (code: number): boolean => code === 0x01 || (code >= 0xd0 && code <= 0xd7);
const isApp = (code: number): boolean => code >= 0xe0 && code <= 0xef;

/**
 * Keeps what draws the picture: the coded image, its colour profile and Adobe's colour transform, and the orientation.
 * EXIF, XMP, IPTC, comments, thumbnails and everything after the end of the image (further pictures, videos) go.
 */
export async function stripJpeg(file: ByteWindow, orientation: Orientation): Promise<StripPlan> {
  const plan = new StripPlan();
  if ((await file.bytes(0, 2)).readUInt16BE() !== 0xffd8) throw new MalformedFile('no start of image');
  plan.range(0, 2);
  let isHeadWritten = false;
  for (let at = 2; at < file.size; ) {
    const found = await findMarker(file, at);
    if (found === null) break;
    const { code, from, to } = found;
    if (code === marker.endOfImage) {
      plan.range(from, to);
      return plan;
    }
    if (isStandalone(code)) {
      plan.range(from, to);
      at = to;
      continue;
    }
    const end = to + (await file.bytes(to, 2)).readUInt16BE();
    if (end < to + 2 || end > file.size) throw new MalformedFile('a segment reaches past the end');
    if (code !== marker.app0 && !isHeadWritten) {
      isHeadWritten = true;
      if (isTurned(orientation)) plan.bytes(orientationSegment(orientation));
    }
    if (code === marker.app0) await keepJfif(file, plan, to + 2, end);
    else if (await isKept(file, code, to + 2, end)) plan.range(from, end);
    at = end;
    if (code === marker.startOfScan) {
      at = await endOfScan(file, end);
      plan.range(end, at);
    }
  }
  return plan;
}

/** The next marker; fill bytes before it are left out. */
async function findMarker(file: ByteWindow, at: number) {
  if ((await file.bytes(at, 1))[0] !== 0xff) throw new MalformedFile(`no marker at ${at}`);
  for (let code = at + 1; code < file.size; code++) {
    const value = (await file.bytes(code, 1))[0] ?? 0;
    if (value === 0) throw new MalformedFile(`no marker at ${at}`);
    if (value !== 0xff) return { code: value, from: code - 1, to: code + 1 };
  }
  return null;
}

/** Coded data ends at the first marker that is neither a stuffed zero nor a restart. */
async function endOfScan(file: ByteWindow, from: number): Promise<number> {
  for (let at = from; ; ) {
    at = await file.indexOf(0xff, at);
    if (at + 1 >= file.size) return file.size;
    const code = (await file.bytes(at + 1, 1))[0] ?? 0;
    if (code !== 0 && code !== 0xff && !isStandalone(code)) return at;
    at += code === 0xff ? 1 : 2;
  }
}

async function isKept(file: ByteWindow, code: number, from: number, end: number): Promise<boolean> {
  if (code === marker.comment) return false;
  if (!isApp(code)) return true;
  if (code === 0xe2) return startsWith(file, from, end, 'ICC_PROFILE\0');
  return code === 0xee && (await startsWith(file, from, end, 'Adobe'));
}

/** JFIF says density and aspect; the thumbnail that it may carry can show what was cropped away. */
async function keepJfif(file: ByteWindow, plan: StripPlan, from: number, end: number): Promise<void> {
  if (end - from < 14 || !(await startsWith(file, from, end, 'JFIF\0'))) return;
  const head = Buffer.from(await file.bytes(from, 12));
  plan.bytes(Buffer.concat([Buffer.from([0xff, marker.app0, 0, 16]), head, Buffer.from([0, 0])]));
}

async function startsWith(file: ByteWindow, from: number, end: number, text: string): Promise<boolean> {
  return from + text.length <= end && (await file.bytes(from, text.length)).toString('latin1') === text;
}

function orientationSegment(orientation: Orientation): Buffer {
  const body = Buffer.concat([Buffer.from('Exif\0\0', 'latin1'), orientationTiff(orientation)]);
  const head = Buffer.from([0xff, 0xe1, 0, 0]);
  head.writeUInt16BE(body.length + 2, 2);
  return Buffer.concat([head, body]);
}
