import { createLruMap } from './lru-map.ts';

describe('a bounded map', () => {
  it('keeps what is asked for and forgets what is not', () => {
    const map = createLruMap<number, string>(10);
    map.set(0, 'wanted');
    for (let n = 1; n <= 100; n++) {
      map.set(n, 'passing');
      expect(map.get(0)).toBe('wanted');
    }
    expect(map.get(1)).toBeUndefined();
    expect(map.get(100)).toBe('passing');
  });

  it('never holds more than it may', () => {
    const map = createLruMap<number, number>(10);
    for (let n = 0; n < 1_000; n++) map.set(n, n);
    const kept = Array.from({ length: 1_000 }, (_, n) => map.get(n)).filter((one) => one !== undefined);
    expect(kept.length).toBeLessThanOrEqual(10);
  });

  it('forgets at once what it is told to forget', () => {
    const map = createLruMap<number, number>(10);
    map.set(1, 1);
    map.delete(1);
    expect(map.get(1)).toBeUndefined();
  });
});
