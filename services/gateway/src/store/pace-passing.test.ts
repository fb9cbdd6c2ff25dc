import { once } from 'node:events';
import type { Transform } from 'node:stream';
import { createPace } from './pace-passing.ts';

/** Keeps this process from everything else. */
function block(ms: number): void {
  const until = performance.now() + ms;
  while (performance.now() < until);
}
/** @returns ms until the chunk is through */
async function pass(through: Transform, chunk: string): Promise<number> {
  const startedAt = performance.now();
  through.write(chunk);
  const [passed] = (await once(through, 'data')) as [Buffer];
  expect(passed.toString()).toBe(chunk);
  return performance.now() - startedAt;
}
const ticks = (count: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, 22 * count));

test('what passes waits while the process is late, and no longer than a tenth of a second a chunk', async () => {
  const pace = createPace();
  const stream = pace.stream();
  await pass(stream, 'in time');
  expect(pace.delayMs).toBe(0);
  for (let round = 0; round < 8; round++) {
    block(80);
    await ticks(1);
  }
  expect(pace.delayMs).toBeGreaterThan(50);
  expect(await pass(stream, 'late')).toBeGreaterThan(20);
  expect(pace.delayMs).toBeLessThanOrEqual(100);
  stream.destroy();
});

test('once nothing passes any more nothing is looked at, and the next one begins at full speed', async () => {
  const pace = createPace();
  const stream = pace.stream();
  block(80);
  await ticks(2);
  expect(pace.delayMs).toBeGreaterThan(0);
  stream.resume().end('last');
  await once(stream, 'close');
  expect(pace.delayMs).toBe(0);
});
