import { type ByteWindow, MalformedFile } from './byte-window.ts';
import { StripPlan } from './strip-plan.ts';

const block = { extension: 0x21, image: 0x2c, trailer: 0x3b } as const;
const label = { graphicControl: 0xf9, application: 0xff } as const;
/** Looping and colour profile; any other application's data (XMP among them) goes. */
const keptApplications = new Set(['NETSCAPE2.0', 'ANIMEXTS1.0', 'ICCRGBG1012']);

/** Keeps frames and their timing; comments, plain texts, XMP and what follows the trailer go. */
export async function stripGif(file: ByteWindow): Promise<StripPlan> {
  const plan = new StripPlan();
  const head = await file.bytes(0, 13);
  if (!/^GIF8[79]a/.test(head.toString('latin1', 0, 6))) throw new MalformedFile('no GIF header');
  let at = 13 + colourTableBytes(head.readUInt8(10));
  plan.range(0, at);
  while (at < file.size) {
    const kind = (await file.bytes(at, 1))[0];
    if (kind === block.trailer) {
      plan.range(at, at + 1);
      return plan;
    }
    if (kind === block.image) {
      const dataAt = at + 10 + colourTableBytes((await file.bytes(at + 9, 1)).readUInt8()) + 1;
      const end = await endOfSubBlocks(file, dataAt);
      plan.range(at, end);
      at = end;
    } else if (kind === block.extension) {
      const end = await endOfSubBlocks(file, at + 2);
      if (await isKeptExtension(file, at)) plan.range(at, end);
      at = end;
    } else {
      throw new MalformedFile(`no block at ${at}`);
    }
  }
  return plan;
}

const colourTableBytes = (packed: number): number => (packed & 0x80 ? 3 * 2 ** ((packed & 7) + 1) : 0);

async function endOfSubBlocks(file: ByteWindow, from: number): Promise<number> {
  for (let at = from; ; ) {
    const length = (await file.bytes(at, 1)).readUInt8();
    at += 1 + length;
    if (length === 0) return at;
  }
}

async function isKeptExtension(file: ByteWindow, at: number): Promise<boolean> {
  const [kind, length] = (await file.bytes(at + 1, 2)).values();
  if (kind === label.graphicControl) return true;
  if (kind !== label.application || length !== 11) return false;
  return keptApplications.has((await file.bytes(at + 3, 11)).toString('latin1'));
}
