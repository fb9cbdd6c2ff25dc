import { percentile } from './percentile.ts';

describe('a percentile', () => {
  it('is the value below which so many lie', () => {
    const values = Array.from({ length: 200 }, (_, index) => 200 - index);
    expect([percentile(values, 0.5), percentile(values, 0.99), percentile(values, 1)]).toEqual([
      101, 199, 200,
    ]);
  });

  it('of nothing is an error and not fast', () => {
    expect(() => percentile([], 0.99)).toThrow('nothing was measured');
  });
});
