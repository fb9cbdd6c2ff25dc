import { createWaitingList, type Waiting } from './waiting-list.ts';

interface Named extends Waiting {
  readonly name: string;
}
const inAWhile = (name: string): Named => ({ name, deadline: Date.now() + 60_000 });
const never = (one: Named): void => {
  throw new Error(`${one.name} was not late`);
};
const createList = (onLate = never) => createWaitingList<Named>({ sweepEveryMs: 10, onLate });
/** A list whose timer is left alone keeps the process from ending. */
const empty = (list: ReturnType<typeof createList>, tokens: readonly string[]): void => {
  for (const token of tokens) list.take(token);
};

describe('a list of what waits', () => {
  it('gives each back once, under its own token', () => {
    const list = createList();
    const tokens = ['a', 'b', 'c'].map((name) => list.add(inAWhile(name)));
    expect(tokens.map((token) => list.take(token)?.name)).toEqual(['a', 'b', 'c']);
    expect(tokens.map((token) => list.take(token))).toEqual([undefined, undefined, undefined]);
    expect(list.size).toBe(0);
  });

  it('gives a late answer nothing, whoever waits in the same place by now', () => {
    const list = createList();
    const late = list.add(inAWhile('gone'));
    list.take(late);
    const token = list.add(inAWhile('next'));
    expect(token).not.toBe(late);
    expect(list.take(late)).toBeUndefined();
    expect(list.take(token)?.name).toBe('next');
  });

  it.each(['', '-', 'nonsense!', 'zzzzzzzzzzzzz'])('knows nothing of the token "%s"', (unknown) => {
    const list = createList();
    const token = list.add(inAWhile('one'));
    expect(list.take(unknown)).toBeUndefined();
    expect(list.size).toBe(1);
    empty(list, [token]);
  });

  it('takes off all that are late, in the order in which they came, and leaves the others', async () => {
    const late: string[] = [];
    const list = createList(({ name }) => void late.push(name));
    const first = list.add({ name: 'first', deadline: 0 });
    list.add({ name: 'b', deadline: 0 });
    const patient = list.add(inAWhile('patient'));
    list.add({ name: 'c', deadline: 0 });
    list.take(first);
    list.add({ name: 'd', deadline: 0 });
    const settled = list.settled();
    while (list.size > 1) await new Promise((resolve) => setTimeout(resolve, 5));
    expect(late).toEqual(['b', 'c', 'd']);
    empty(list, [patient]);
    await settled;
  });

  it('is settled when nothing waits', async () => {
    const list = createList();
    await list.settled();
    const token = list.add(inAWhile('one'));
    let isSettled = false;
    const settled = list.settled().then(() => {
      isSettled = true;
    });
    await new Promise(setImmediate);
    expect(isSettled).toBe(false);
    list.take(token);
    await settled;
  });
});
