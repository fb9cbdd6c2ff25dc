import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { createTestLogger } from '@storm/testing';
import sharp from 'sharp';
import { makePngBomb } from '../test-png-bomb.ts';
import { createPictureDrawer } from './picture-drawer.process.ts';

const workerPath = fileURLToPath(new URL('../../dist/picture-worker.js', import.meta.url));
const log = createTestLogger();

describe('the picture drawer', () => {
  let dir: string;
  const drawer = createPictureDrawer({ workerPath, log });
  const draw = async (contentType: string, bytes: Uint8Array) => {
    const path = join(dir, 'picture');
    await writeFile(path, bytes);
    return drawer.draw({ path, contentType });
  };
  beforeAll(async () => {
    dir = await mkdtemp(join(tmpdir(), 'storm-drawer-'));
  });
  afterAll(async () => {
    drawer.stop();
    await rm(dir, { recursive: true });
  });

  it('refuses more pixels than anyone can show', async () => {
    expect(await draw('image/png', makePngBomb(12_000))).toEqual({ failure: 'too-many-pixels' });
  });

  it('opens nothing but the formats it is for, whatever they are called', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg" width="9" height="9"/>');
    const tiff = await sharp({ create: { width: 8, height: 8, channels: 3, background: '#123' } })
      .tiff()
      .toBuffer();
    for (const bytes of [svg, tiff]) {
      expect(await draw('image/png', bytes)).toEqual({ failure: 'not-an-image' });
    }
  });

  it('makes a small picture no larger', async () => {
    const bytes = await sharp({ create: { width: 30, height: 20, channels: 4, background: '#1238' } })
      .png()
      .toBuffer();
    const drawing = await draw('image/png', bytes);
    if ('failure' in drawing || drawing.thumbnail === null) throw new Error('not drawn');
    expect(await sharp(drawing.thumbnail.webp).metadata()).toMatchObject({
      width: 30,
      height: 20,
      hasAlpha: true,
    });
  });

  it('ends a decoder that takes too long, tries once more, and gives up', async () => {
    const hasty = createPictureDrawer({ workerPath, log, timeoutMs: 1 });
    expect(await hasty.draw({ path: '/dev/null', contentType: 'image/png' })).toEqual({
      failure: 'decoder-died',
    });
    hasty.stop();
  });
});
