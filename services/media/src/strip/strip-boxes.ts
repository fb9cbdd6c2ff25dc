import { type ByteWindow, MalformedFile } from './byte-window.ts';
import { type Extent, findHeifMetadata } from './heif-metadata.ts';
import { type Box, readBoxes } from './read-boxes.ts';
import { StripPlan } from './strip-plan.ts';

/** Boxes that hold descriptions: user data (where a film was taken), tags, XMP. */
const descriptive = new Set(['udta', 'meta', 'uuid', 'XMP_']);

/**
 * For HEIF, AVIF, MP4 and QuickTime: what describes is overwritten with zeros in its place, because everything else is
 * found by offset from the beginning of the file.
 */
export async function stripBoxes(file: ByteWindow): Promise<StripPlan> {
  const top = await readBoxes(file, 0, file.size);
  if (top[0]?.type !== 'ftyp' && top[0]?.type !== 'moov' && top[0]?.type !== 'wide') {
    throw new MalformedFile('not a media container');
  }
  const zeroed: Extent[] = [];
  const freed: Box[] = [];
  for (const box of top) {
    // At the top this box is not a description: it is the index of a picture's items.
    if (box.type === 'meta') zeroed.push(...(await findHeifMetadata(file, box)));
    else if (box.type === 'moov') freed.push(...(await findDescriptions(file, box)));
    else if (descriptive.has(box.type)) freed.push(box);
  }
  return planOf(file, zeroed, freed);
}

async function findDescriptions(file: ByteWindow, parent: Box): Promise<Box[]> {
  const found: Box[] = [];
  for (const box of await readBoxes(file, parent.from, parent.to)) {
    if (descriptive.has(box.type)) found.push(box);
    else if (box.type === 'trak') found.push(...(await findDescriptions(file, box)));
  }
  return found;
}

/** A freed box keeps its size, is renamed to `free`, and holds zeros. */
function planOf(file: ByteWindow, zeroed: readonly Extent[], freed: readonly Box[]): StripPlan {
  const plan = new StripPlan();
  const changes = [
    ...zeroed.map(({ from, to }) => ({ at: from, from, to, isFreed: false })),
    ...freed.map(({ at, from, to }) => ({ at, from, to, isFreed: true })),
  ].sort((one, other) => one.at - other.at);
  let done = 0;
  for (const { at, from, to, isFreed } of changes) {
    if (at < done) {
      // Overlapping extents: zeros once are enough.
      plan.zeros(to - done);
      done = Math.max(done, to);
      continue;
    }
    plan.range(done, isFreed ? at + 4 : at);
    if (isFreed) {
      plan.bytes(Buffer.from('free', 'latin1'));
      plan.range(at + 8, from);
    }
    plan.zeros(to - from);
    done = to;
  }
  plan.range(done, file.size);
  return plan;
}
