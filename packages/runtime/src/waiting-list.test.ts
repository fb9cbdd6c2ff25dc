import { createWaitingList } from './waiting-list.ts';

describe('a list of what waits', () => {
  it('gives each back once, under its own token', () => {
    const list = createWaitingList<string>();
    const tokens = ['a', 'b', 'c'].map((one) => list.add(one));
    expect(tokens.map((token) => list.take(token))).toEqual(['a', 'b', 'c']);
    expect(tokens.map((token) => list.take(token))).toEqual([undefined, undefined, undefined]);
    expect(list.size).toBe(0);
  });

  it('gives a late answer nothing, whoever waits in the same place by now', () => {
    const list = createWaitingList<string>();
    const late = list.add('gone');
    list.take(late);
    const token = list.add('next');
    expect(token).not.toBe(late);
    expect(list.take(late)).toBeUndefined();
    expect(list.take(token)).toBe('next');
  });

  it.each(['', '-', 'nonsense!', 'zzzzzzzzzzzzz'])('knows nothing of the token "%s"', (token) => {
    const list = createWaitingList<string>();
    list.add('one');
    expect(list.take(token)).toBeUndefined();
    expect(list.size).toBe(1);
  });

  it('takes off all that are over, in the order in which they came', () => {
    const list = createWaitingList<number>();
    const first = list.add(0);
    for (const one of [1, 2, 3]) list.add(one);
    list.take(first);
    list.add(4);
    expect(list.takeAll((one) => one !== 2)).toEqual([1, 3, 4]);
    expect(list.size).toBe(1);
  });
});
