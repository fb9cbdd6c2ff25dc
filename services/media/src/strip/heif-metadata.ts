import { type ByteWindow, MalformedFile } from './byte-window.ts';
import { createFieldReader } from './field-reader.ts';
import { type Box, readBoxes } from './read-boxes.ts';

export interface Extent {
  from: number;
  to: number;
}

/** Items that describe the picture instead of drawing it: EXIF, and XMP as a MIME item. */
const metadataTypes = new Set(['Exif', 'mime', 'uri ']);

/** Where in the file the metadata of a HEIF or AVIF picture lies (ISO 23008-12: `iinf` names items, `iloc` places them). */
export async function findHeifMetadata(file: ByteWindow, meta: Box): Promise<Extent[]> {
  const boxes = await readBoxes(file, meta.from + 4, meta.to);
  const find = (type: string): Box | undefined => boxes.find((box) => box.type === type);
  const names = find('iinf');
  const places = find('iloc');
  if (names === undefined || places === undefined) return [];
  const items = await readMetadataItems(file, names);
  return items.size === 0 ? [] : readExtents(file, places, items, find('idat'));
}

async function readMetadataItems(file: ByteWindow, names: Box): Promise<Set<number>> {
  const version = await createFieldReader(file, names.from, names.to).number(1);
  const items = new Set<number>();
  for (const entry of await readBoxes(file, names.from + (version === 0 ? 6 : 8), names.to)) {
    if (entry.type !== 'infe') continue;
    const fields = createFieldReader(file, entry.from, entry.to);
    const entryVersion = await fields.number(4);
    if (entryVersion >>> 24 < 2) continue;
    const id = await fields.number(entryVersion >>> 24 === 2 ? 2 : 4);
    await fields.number(2);
    if (metadataTypes.has(await fields.text(4))) items.add(id);
  }
  return items;
}

async function readExtents(
  file: ByteWindow,
  places: Box,
  items: ReadonlySet<number>,
  inline: Box | undefined,
): Promise<Extent[]> {
  const fields = createFieldReader(file, places.from, places.to);
  const version = (await fields.number(4)) >>> 24;
  const sizes = await fields.number(2);
  const [offsetBytes, lengthBytes, baseBytes] = [sizes >> 12, (sizes >> 8) & 15, (sizes >> 4) & 15];
  const indexBytes = version === 0 ? 0 : sizes & 15;
  const idBytes = version < 2 ? 2 : 4;
  const extents: Extent[] = [];
  for (let left = await fields.number(idBytes); left > 0; left--) {
    const id = await fields.number(idBytes);
    const method = version === 0 ? 0 : (await fields.number(2)) & 15;
    await fields.number(2);
    const base = await fields.number(baseBytes);
    for (let extent = await fields.number(2); extent > 0; extent--) {
      await fields.number(indexBytes);
      const offset = base + (await fields.number(offsetBytes));
      const length = await fields.number(lengthBytes);
      if (items.has(id)) extents.push(place(file, method, offset, length, inline));
    }
  }
  return extents;
}

function place(
  file: ByteWindow,
  method: number,
  offset: number,
  length: number,
  inline: Box | undefined,
): Extent {
  const from = method === 1 && inline !== undefined ? inline.from + offset : offset;
  const isPlaced = method === 0 || (method === 1 && inline !== undefined);
  if (!isPlaced || length === 0 || from + length > file.size)
    throw new MalformedFile('metadata without a place');
  return { from, to: from + length };
}
