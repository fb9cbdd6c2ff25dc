import { createRound } from './create-round.ts';

const numbered = (count: number): Map<number, string> =>
  new Map(Array.from({ length: count }, (_, index) => [index, '']));

it('gives each key once a round, in parts of one size', () => {
  const next = createRound(numbered(10), 5);
  const round = Array.from({ length: 5 }, next);
  expect(round.map((part) => part.length)).toEqual([2, 2, 2, 2, 2]);
  expect(round.flat()).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9]);
  expect(next()).toEqual([0, 1]);
});

it('leaves out who has gone and takes who has come with the next round', () => {
  const map = numbered(4);
  const next = createRound(map, 2);
  expect(next()).toEqual([0, 1]);
  map.delete(2);
  map.set(7, '');
  expect(next()).toEqual([3]);
  expect([...next(), ...next()]).toEqual([0, 1, 3, 7]);
});

it('gives nothing of an empty map', () => {
  expect(createRound(new Map(), 3)()).toEqual([]);
});
