import { mkdtemp, open, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { buffer } from 'node:stream/consumers';
import sharp, { type Sharp } from 'sharp';
import { createByteWindow, MalformedFile } from './byte-window.ts';
import { openStripped } from './open-stripped.ts';
import { planStrip } from './plan-strip.ts';

const xmp = '<x:xmpmeta xmlns:x="adobe:ns:meta/">SECRET-XMP</x:xmpmeta>';
const gps = { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' };
const exif = { IFD0: { ImageDescription: 'SECRET-EXIF' }, IFD3: gps };

let dir: string;
beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'storm-strip-'));
});
afterAll(() => rm(dir, { recursive: true }));

async function strip(contentType: string, bytes: Uint8Array, orientation = 1): Promise<Buffer> {
  const path = join(dir, 'file');
  await writeFile(path, bytes);
  const file = await open(path);
  try {
    const plan = await planStrip(contentType, createByteWindow(file, bytes.length), orientation);
    const stripped = await buffer(openStripped(file, plan).stream);
    expect(stripped.length).toBe(plan.size);
    return stripped;
  } finally {
    await file.close();
  }
}

const draw = (): Sharp =>
  sharp({ create: { width: 64, height: 40, channels: 3, background: '#36a', noise: noise() } });
const noise = () => ({ type: 'gaussian' as const, mean: 120, sigma: 40 });
const pixelsOf = (bytes: Uint8Array): Promise<Buffer> => sharp(bytes).raw().toBuffer();

const described = {
  'image/jpeg': () => draw().jpeg(),
  'image/png': () => draw().png(),
  'image/webp': () => draw().webp(),
  'image/avif': () => draw().avif({ effort: 0 }),
} as const;

describe.each(Object.entries(described))('%s', (contentType, make) => {
  it('loses EXIF, position and XMP and keeps every pixel', async () => {
    const original = await make().withExif(exif).withXmp(xmp).toBuffer();
    const before = await sharp(original).metadata();
    expect(before.exif?.includes('SECRET-EXIF')).toBe(true);
    expect(before.xmp?.includes('SECRET-XMP')).toBe(true);
    const stripped = await strip(contentType, original);
    for (const trace of ['SECRET', 'xmpmeta', 'GPS']) expect(stripped.includes(trace)).toBe(false);
    const after = await sharp(stripped).metadata();
    for (const left of [after.exif, after.xmp]) expect(left?.some((byte) => byte !== 0) ?? false).toBe(false);
    expect(await pixelsOf(stripped)).toEqual(await pixelsOf(original));
  });

  it('keeps its colour profile', async () => {
    const original = await make().withIccProfile('p3').withExif(exif).toBuffer();
    const { icc } = await sharp(await strip(contentType, original)).metadata();
    expect(icc).toEqual((await sharp(original).metadata()).icc);
  });

  it('stays as it is when there is nothing to strip', async () => {
    const original = await make().toBuffer();
    expect(await strip(contentType, original)).toEqual(original);
  });
});

describe.each(['image/jpeg', 'image/png', 'image/webp'] as const)(
  '%s that was taken upright',
  (contentType) => {
    it('still says which way up it is, and nothing else', async () => {
      const original = await described[contentType]()
        .withExif(exif)
        .withMetadata({ orientation: 6 })
        .toBuffer();
      const { orientation } = await sharp(original).metadata();
      const stripped = await strip(contentType, original, orientation);
      const after = await sharp(stripped).metadata();
      expect(after.autoOrient).toEqual({ width: 40, height: 64 });
      expect(after.exif?.length).toBeLessThanOrEqual(32);
      expect(stripped.includes('SECRET')).toBe(false);
    });
  },
);

describe('image/jpeg', () => {
  it('loses what follows the end of the image, and comments', async () => {
    const plain = await draw().jpeg().toBuffer();
    const comment = Buffer.concat([Buffer.from([0xff, 0xfe, 0, 8]), Buffer.from('SECRET')]);
    const original = Buffer.concat([plain.subarray(0, 2), comment, plain.subarray(2), Buffer.from('SECRET')]);
    expect(await strip('image/jpeg', original)).toEqual(plain);
  });

  it('keeps all scans of a progressive image', async () => {
    const original = await draw().jpeg({ progressive: true }).toBuffer();
    expect(await strip('image/jpeg', original)).toEqual(original);
  });
});

describe('image/gif', () => {
  it('loses comments and XMP, keeps frames and looping', async () => {
    const pages = [draw(), draw(), draw()].map((page) => page.png().toBuffer());
    const plain = await sharp(await Promise.all(pages), { join: { animated: true } })
      .gif({ loop: 3 })
      .toBuffer();
    const comment = Buffer.concat([Buffer.from([0x21, 0xfe, 6]), Buffer.from('SECRET'), Buffer.from([0])]);
    const tail = Buffer.from(';SECRET');
    const original = Buffer.concat([plain.subarray(0, -1), comment, tail]);
    const stripped = await strip('image/gif', original);
    expect(stripped).toEqual(plain);
    expect(await sharp(stripped, { animated: true }).metadata()).toMatchObject({ pages: 3, loop: 3 });
  });
});

describe('video/mp4', () => {
  const box = (type: string, ...parts: (string | Buffer)[]): Buffer => {
    const body = Buffer.concat(parts.map((part) => Buffer.from(part)));
    const head = Buffer.alloc(8);
    head.writeUInt32BE(body.length + 8);
    head.write(type, 4, 'latin1');
    return Buffer.concat([head, body]);
  };

  it('loses where it was filmed, and every other byte stays in its place', async () => {
    const track = box('trak', box('tkhd', 'track'), box('udta', 'SECRET name'));
    const movie = box('moov', box('mvhd', 'head'), track, box('udta', box('\xa9xyz', '+51.5-0.1/ SECRET')));
    const original = Buffer.concat([box('ftyp', 'isom'), movie, box('mdat', 'frames')]);
    const stripped = await strip('video/mp4', original);
    expect(stripped.includes('SECRET')).toBe(false);
    expect(stripped.length).toBe(original.length);
    expect(stripped.indexOf('frames')).toBe(original.indexOf('frames'));
    expect(stripped.includes('track')).toBe(true);
  });
});

describe('a file that is not built as its type demands', () => {
  const hostile: [string, string, Buffer][] = [
    ['an empty JPEG', 'image/jpeg', Buffer.from([0xff])],
    ['a JPEG segment past the end', 'image/jpeg', Buffer.from([0xff, 0xd8, 0xff, 0xe1, 0xff, 0xff, 0])],
    ['a JPEG without markers', 'image/jpeg', Buffer.from([0xff, 0xd8, 1, 2, 3, 4])],
    ['a PNG chunk past the end', 'image/png', Buffer.from('\x89PNG\r\n\x1a\n\x7f\xff\xff\xffIDAT', 'latin1')],
    ['a PNG without an end', 'image/png', Buffer.from('\x89PNG\r\n\x1a\n', 'latin1')],
    ['a WebP chunk past the end', 'image/webp', Buffer.from('RIFF\xff\0\0\0WEBPVP8 \xff\0\0\0', 'latin1')],
    ['a GIF without blocks', 'image/gif', Buffer.from('GIF89a\x01\0\x01\0\0\0\0zzzz', 'latin1')],
    [
      'a GIF that ends in a block',
      'image/gif',
      Buffer.from('GIF89a\x01\0\x01\0\0\0\0\x21\xfe\x08ab', 'latin1'),
    ],
    ['a box smaller than its head', 'image/avif', Buffer.from('\0\0\0\x04ftypavif', 'latin1')],
  ];
  it.each(hostile)('is refused: %s', async (_name, contentType, bytes) => {
    await expect(strip(contentType, bytes)).rejects.toThrow(MalformedFile);
  });

  it('is refused when it is cut into more pieces than any real one', async () => {
    const comment = [0xff, 0xfe, 0, 2];
    const table = [0xff, 0xdb, 0, 2];
    const bytes = Buffer.from([
      0xff,
      0xd8,
      ...Array.from({ length: 20_000 }, () => [...table, ...comment]).flat(),
    ]);
    await expect(strip('image/jpeg', bytes)).rejects.toThrow('too many pieces');
  });
});
