import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';
import { createCollectPassing } from './collect-passing.ts';

const pass = (bytes: number): Readable =>
  Readable.from(Array.from({ length: bytes / 65_536 }, () => Buffer.alloc(65_536)));

test('what all streams let pass is collected each 4 MiB', async () => {
  const kinds: string[] = [];
  const collectPassing = createCollectPassing(({ type }) => kinds.push(type));
  const streams = [pass(3 * 1_048_576), pass(6 * 1_048_576)];
  for (const stream of streams) collectPassing(stream);
  await Promise.all(streams.map((stream) => finished(stream.resume())));
  expect(kinds).toEqual(['minor', 'minor']);
});

test('a stream waits for whoever reads it', async () => {
  const stream = pass(131_072);
  createCollectPassing(() => undefined)(stream);
  await new Promise(setImmediate);
  expect(stream.readableDidRead).toBe(false);
  expect((await stream.toArray()).length).toBe(2);
});

test('a process that may not collect leaves streams alone', () => {
  const stream = pass(65_536);
  createCollectPassing(null)(stream);
  expect(stream.listenerCount('data')).toBe(0);
});
