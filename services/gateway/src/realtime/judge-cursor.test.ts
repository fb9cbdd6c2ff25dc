import { judgeCursor } from './judge-cursor.ts';

const end = { epoch: 'made', firstSequence: 10, sequence: 20, timeMs: 2_000 };
const at = (sequence: number, more: { timeMs?: number; part?: number; epoch?: string } = {}) => ({
  ...{ epoch: 'made', timeMs: sequence === 20 ? 2_000 : 1_000, sequence },
  ...more,
});

it.each([
  ['at the end', at(20), 'current'],
  ['at the end, given in part', at(20, { part: 2 }), 'replay'],
  ['at the end of a stream that was rolled back', at(20, { timeMs: 1_999 }), 'past-end'],
  ['in part, at the end of a stream that was rolled back', at(20, { timeMs: 1_999, part: 2 }), 'past-end'],
  ['behind', at(15), 'replay'],
  ['just before the first that is kept', at(9), 'replay'],
  ['in part, at the first that is kept', at(10, { part: 1 }), 'replay'],
  ['in part, before the first that is kept', at(9, { part: 1 }), 'too-old'],
  ['long before the first', at(8), 'too-old'],
  ['past the end', at(21), 'past-end'],
  ['of another stream', at(20, { epoch: 'another' }), 'epoch'],
  ['no cursor', null, 'invalid'],
])('a cursor %s', (_name, cursor, verdict) => {
  expect(judgeCursor(cursor, end)).toBe(verdict);
});
