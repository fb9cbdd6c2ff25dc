import { open } from 'node:fs/promises';
import { encode } from 'blurhash';
import sharp, { type Metadata, type Sharp } from 'sharp';
import type { Drawing, DrawRequest, Picture } from './drawing.ts';
import { estimateDecodeBytes } from './estimate-decode-bytes.ts';

/** More is a bomb: what draws 128 megapixels takes half a gigabyte of every reader's memory. */
const maxPixels = 128_000_000;
/** What is left of 128 MiB beside the service and this process: a progressive photo of 12 megapixels just fits. */
const maxDecodeBytes = 43_000_000;
const thumbnailPixels = 480;
const blurhashPixels = 32;

const formats: Readonly<Record<string, string>> = {
  'image/jpeg': 'jpeg',
  'image/png': 'png',
  'image/webp': 'webp',
  'image/gif': 'gif',
  'image/avif': 'heif',
};

sharp.concurrency(1);
sharp.cache(false);
// No SVG, PDF, TIFF or anything else that hides behind these types.
sharp.block({ operation: ['VipsForeignLoad'] });
sharp.unblock({
  operation: ['Jpeg', 'Png', 'Webp', 'Nsgif', 'Heif'].map((name) => `VipsForeignLoad${name}File`),
});

const openImage = (path: string): Sharp =>
  sharp(path, { limitInputPixels: false, sequentialRead: true, failOn: 'error' });

export async function drawPicture({ path, contentType }: DrawRequest): Promise<Drawing> {
  const image = await readHeader(path);
  if (image === null || image.format !== formats[contentType]) return { failure: 'not-an-image' };
  if (image.width * image.height > maxPixels) return { failure: 'too-many-pixels' };
  const { width, height } = image.autoOrient;
  const picture: Picture = { width, height, orientation: image.orientation ?? 1, thumbnail: null };
  if (estimateDecodeBytes(image, await isSimpleWebp(path)) > maxDecodeBytes) return picture;
  try {
    return { ...picture, thumbnail: await drawThumbnail(path) };
  } catch {
    return { failure: 'undecodable' };
  }
}

async function readHeader(path: string): Promise<Metadata | null> {
  try {
    return await openImage(path).metadata();
  } catch {
    return null;
  }
}

async function drawThumbnail(path: string): Promise<NonNullable<Picture['thumbnail']>> {
  const small = await openImage(path)
    .autoOrient()
    .resize(thumbnailPixels, thumbnailPixels, { fit: 'inside', withoutEnlargement: true })
    .toColourspace('srgb')
    .raw()
    .toBuffer({ resolveWithObject: true });
  const { width, height, channels } = small.info;
  const raw = { width, height, channels };
  const webp = await sharp(small.data, { raw }).webp({ quality: 75, effort: 3 }).toBuffer();
  const tiny = await sharp(small.data, { raw })
    .resize(blurhashPixels, blurhashPixels, { fit: 'inside' })
    .toColourspace('srgb')
    .ensureAlpha()
    .raw()
    .toBuffer({ resolveWithObject: true });
  const pixels = new Uint8ClampedArray(tiny.data);
  return { webp, blurhash: encode(pixels, tiny.info.width, tiny.info.height, 4, 3) };
}

/** The simple lossy format is decoded line by line; all others need the whole canvas. */
async function isSimpleWebp(path: string): Promise<boolean> {
  const file = await open(path);
  try {
    const { buffer } = await file.read(Buffer.alloc(16), 0, 16, 0);
    return buffer.toString('latin1', 8, 16) === 'WEBPVP8 ';
  } finally {
    await file.close();
  }
}
