import { backoffMs } from './backoff.ts';

const backoff = { firstMs: 100, maxMs: 1_000 };

test('the wait doubles with each failed try up to its limit', () => {
  const longest = [0, 1, 2, 3, 4, 50].map((tries) => backoffMs(tries, backoff, () => 1));
  expect(longest).toEqual([100, 200, 400, 800, 1_000, 1_000]);
});

test('half of the wait is chance', () => {
  expect(backoffMs(1, backoff, () => 0)).toBe(100);
  expect(backoffMs(1, backoff, () => 0.5)).toBe(150);
});
