import { randomFillSync } from 'node:crypto';
import { readFileSync } from 'node:fs';
import sharp from 'sharp';
import { createTestMedia, type TestMedia } from './test-media.ts';
import { startMediaProcess } from './test-media-process.ts';
import { makePngBomb } from './test-png-bomb.ts';

const mebibyte = 1_048_576;
/** Of the 128 MiB that the container has. */
const maxResidentBytes = 110 * mebibyte;

/** The highest resident memory of a process and of its children so far. Only Linux tells it. */
function peaks(pid: number): number[] {
  const children = readFileSync(`/proc/${pid}/task/${pid}/children`, 'utf8')
    .trim()
    .split(' ')
    .filter(Boolean);
  return [pid, ...children.map(Number)].map((one) => {
    const peak = /^VmHWM:\s+(\d+) kB$/m.exec(readFileSync(`/proc/${one}/status`, 'utf8'))?.[1];
    return Number(peak) * 1_024;
  });
}

const onLinux = process.platform === 'linux' ? describe : describe.skip;

onLinux('the memory of the service and of its picture worker', () => {
  let test: TestMedia;
  beforeAll(async () => {
    test = await createTestMedia();
  }, 600_000);
  afterAll(() => test.stop());

  it('stays below 110 MiB each with a 25 MB photo, an image bomb and a 95 MB file', async () => {
    const service = await startMediaProcess(test, ['--max-semi-space-size=4', '--max-old-space-size=80']);
    await service.untilHealth(200);
    const noise = { type: 'gaussian' as const, mean: 128, sigma: 60 };
    const photo = await sharp({
      create: { width: 5_000, height: 3_800, channels: 3, background: '#888', noise },
    })
      .jpeg({ quality: 100 })
      .toBuffer();
    expect(photo.length).toBeGreaterThan(25_000_000);
    const uploads = [
      { bytes: photo, contentType: 'image/jpeg', status: 'ready', hasThumbnail: true },
      { bytes: makePngBomb(20_000), contentType: 'image/png', status: 'failed', hasThumbnail: false },
      {
        bytes: randomFillSync(Buffer.alloc(95_000_000)),
        contentType: 'application/octet-stream',
        status: 'ready',
      },
    ];
    for (const { bytes, contentType, ...expected } of uploads) {
      expect(await test.send({ bytes, contentType })).toMatchObject(expected);
      for (const peak of peaks(service.child.pid ?? 0)) expect(peak).toBeLessThan(maxResidentBytes);
    }
    expect(await service.end('SIGTERM')).toBe(0);
  }, 120_000);
});
