import { getMedia, type Media, openDownload } from '@storm/contracts';
import { request } from '@storm/runtime';
import sharp from 'sharp';
import { createTestMedia, type TestMedia } from './test-media.ts';
import { makePngBomb } from './test-png-bomb.ts';

const noise = { type: 'gaussian' as const, mean: 120, sigma: 40 };
const draw = (width = 800, height = 600) =>
  sharp({ create: { width, height, channels: 3, background: '#36a', noise } });
const secrets = {
  IFD0: { ImageDescription: 'SECRET' },
  IFD3: { GPSLatitudeRef: 'N', GPSLatitude: '51/1 30/1 3230/100' },
};

describe('a picture', () => {
  let test: TestMedia;
  beforeAll(async () => {
    test = await createTestMedia();
    await test.startApp();
  }, 600_000);
  afterAll(() => test.stop());

  it('loses where it was taken and keeps every pixel', async () => {
    const bytes = await draw().jpeg().withExif(secrets).withMetadata({ orientation: 6 }).toBuffer();
    expect(bytes.includes('SECRET')).toBe(true);
    const media = await test.send({ bytes, contentType: 'image/jpeg', name: 'beach.jpg' });
    expect(media).toMatchObject({ status: 'ready', kind: 'image', width: 600, height: 800 });
    const got = await test.download(media.id);
    expect(got.bytes.includes('SECRET')).toBe(false);
    expect(got.bytes.length).toBe(media.bytes);
    const { exif, autoOrient } = await sharp(got.bytes).metadata();
    expect(exif?.length).toBe(32);
    expect(autoOrient).toEqual({ width: 600, height: 800 });
    const [before, after] = await Promise.all([bytes, got.bytes].map((one) => sharp(one).raw().toBuffer()));
    expect(before?.equals(after ?? Buffer.alloc(0))).toBe(true);
    expect(got.headers.get('content-disposition')).toBe('inline; filename="beach.jpg"');
  });

  it.each(['jpeg', 'png', 'webp', 'gif', 'avif'] as const)(
    'as %s gets a thumbnail and a blurhash',
    async (format) => {
      const bytes = await draw().toFormat(format, { effort: 1 }).toBuffer();
      const media = await test.send({ bytes, contentType: `image/${format}` });
      expect(media).toMatchObject({ status: 'ready', width: 800, height: 600, hasThumbnail: true });
      expect(media.blurhash).toMatch(/^.{28}$/);
      const { bytes: thumbnail, headers } = await test.download(media.id, 'thumbnail');
      expect(await sharp(thumbnail).metadata()).toMatchObject({ format: 'webp', width: 480, height: 360 });
      expect(headers.get('content-type')).toBe('image/webp');
      expect(await test.keys()).not.toContain(`incoming/${media.id}`);
    },
  );

  it('is not given out before it is clean', async () => {
    const bytes = await draw().jpeg().withExif(secrets).toBuffer();
    const mediaId = await test.put({ bytes, contentType: 'image/jpeg' });
    const { status } = await test.finish(mediaId);
    const early = await request(test.bus, openDownload, { mediaId, variant: 'original' }).catch(
      (error) => error,
    );
    expect(status).toBe('processing');
    expect(early).toMatchObject({ slug: 'media-processing', status: 409, retryable: true });
    expect(early.options.retryAfterMs).toBeGreaterThan(0);
    await test.processed(mediaId);
    expect((await test.download(mediaId)).bytes.includes('SECRET')).toBe(false);
  });

  it('sent as a file of unknown type is still a picture, and loses where it was taken', async () => {
    const bytes = await draw().jpeg().withExif(secrets).toBuffer();
    const media = await test.send({ bytes, contentType: 'application/octet-stream' });
    expect(media).toMatchObject({ kind: 'image', contentType: 'image/jpeg', status: 'ready' });
    expect((await test.download(media.id)).bytes.includes('SECRET')).toBe(false);
  });

  const expectFailed = async (media: Media): Promise<void> => {
    expect(media).toMatchObject({ status: 'failed', hasThumbnail: false });
    const { id: mediaId } = media;
    await expect(test.download(mediaId)).rejects.toMatchObject({ slug: 'media-failed', retryable: false });
    expect((await test.keys()).filter((key) => key.includes(mediaId))).toEqual([]);
  };

  it('of more pixels than anyone can show fails, and the next one is processed', async () => {
    const bomb = makePngBomb(20_000);
    await expectFailed(await test.send({ bytes: bomb, contentType: 'image/png', name: 'bomb.png' }));
    const next = await test.send({ bytes: await draw().png().toBuffer(), contentType: 'image/png' });
    expect(next.status).toBe('ready');
  });

  it('that is damaged fails', async () => {
    const whole = await draw().jpeg().toBuffer();
    const cut = whole.subarray(0, whole.length / 2);
    await expectFailed(await test.send({ bytes: cut, contentType: 'image/jpeg' }));
    const header = Buffer.concat([whole.subarray(0, 20), Buffer.alloc(200, 7)]);
    await expectFailed(await test.send({ bytes: header, contentType: 'image/jpeg' }));
  });

  it('that is none after all stays a file, if nobody called it a picture', async () => {
    const bytes = Buffer.from('GIF89a is how every GIF begins, this text included.');
    const media = await test.send({ bytes, contentType: 'application/octet-stream', name: 'gif.txt' });
    expect(media).toMatchObject({ status: 'ready', kind: 'file', contentType: 'application/octet-stream' });
    const { bytes: got, headers } = await test.download(media.id);
    expect(got).toEqual(bytes);
    expect(headers.get('content-disposition')).toContain('attachment');
  });

  it('has no thumbnail where none was made, and says so', async () => {
    const media = await test.send({ bytes: Buffer.from('text'), contentType: 'text/plain' });
    await expect(test.download(media.id, 'thumbnail')).rejects.toMatchObject({ slug: 'no-thumbnail' });
  });

  it('too large to decode in our memory is still cleaned and given out', async () => {
    const bytes = await draw(4_200, 4_000)
      .jpeg({ progressive: true, quality: 30 })
      .withExif(secrets)
      .toBuffer();
    const media = await test.send({ bytes, contentType: 'image/jpeg' });
    expect(media).toMatchObject({ status: 'ready', width: 4_200, height: 4_000, hasThumbnail: false });
    expect((await test.download(media.id)).bytes.includes('SECRET')).toBe(false);
    expect(await request(test.bus, getMedia, { mediaId: media.id })).toEqual(media);
  }, 60_000);
});
