import type { Message } from '@storm/contracts';
import {
  continues,
  emptyWindow,
  type TimelineWindow,
  trimmed,
  windowOf,
  withChanged,
  withHeld,
  withNewerPage,
  withOlderPage,
  withStored,
} from './timeline-window.ts';

const message = (seq: number): Message => ({ id: `id ${seq}`, seq, text: `text ${seq}` }) as Message;
const range = (from: number, to: number): Message[] =>
  Array.from({ length: Math.max(0, to - from + 1) }, (_, index) => message(from + index));
const seqs = ({ messages }: TimelineWindow): number[] => messages.map(({ seq }) => seq);

test('a page in the middle has both sides still to come', () => {
  expect(windowOf(range(4, 6), 9)).toMatchObject({ hasOlder: true, hasNewer: true });
  expect(windowOf(range(1, 6), 6)).toMatchObject({ hasOlder: false, hasNewer: false });
  expect(windowOf([], 0)).toEqual(emptyWindow);
});

test('what is stored continues a window that reaches the end, and only such a one', () => {
  expect(seqs(withStored(windowOf(range(3, 5), 5), message(6)))).toEqual([3, 4, 5, 6]);
  expect(seqs(withStored(windowOf(range(3, 5), 8), message(9)))).toEqual([3, 4, 5]);
  expect(withStored(windowOf(range(3, 5), 5), message(9))).toMatchObject({ hasNewer: true });
  expect(seqs(withStored(windowOf([], 0), message(1)))).toEqual([1]);
});

test('a message changes in its place', () => {
  const window = windowOf(range(3, 5), 5);
  const changed = withChanged(window, 4, (one) => ({ ...one, text: 'edited' }));
  expect(changed.messages.map(({ text }) => text)).toEqual(['text 3', 'edited', 'text 5']);
  expect(withChanged(window, 9, (one) => ({ ...one, text: 'edited' }))).toBe(window);
});

test('whatever comes in whatever order, the window stays dense and knows its ends (seeded walk)', () => {
  for (let seed = 1; seed <= 50; seed++) {
    const random = seeded(seed);
    let last = 40;
    let window = windowOf(range(15, 25), last);
    for (let step = 0; step < 200; step++) {
      const first = window.messages[0]?.seq ?? 1;
      const end = window.messages.at(-1)?.seq ?? 0;
      const act = Math.floor(random() * 6);
      if (act === 0) window = withStored(window, message(++last));
      else if (act === 1) window = withOlderPage(window, range(Math.max(1, first - 7), first - 1));
      else if (act === 2) window = withNewerPage(window, range(end + 1, Math.min(last, end + 7)), last);
      else if (act === 3) window = trimmed(window, random() < 0.5 ? 'older' : 'newer', 20);
      else if (act === 4) window = withStored(window, message(Math.max(1, last - 3)));
      else window = withOlderPage(window, range(1, Math.max(1, first - 9)));
      const now = seqs(window);
      expect(now).toEqual(range(now[0] ?? 1, now.at(-1) ?? 0).map(({ seq }) => seq));
      if (!window.hasNewer) expect(now.at(-1)).toBe(last);
      if (now[0] === 1) expect(window.hasOlder).toBe(false);
    }
  }
});

function seeded(seed: number): () => number {
  let state = seed * 2_654_435_761;
  return () => {
    state = (Math.imul(state ^ (state >>> 15), 2_246_822_519) + 3_266_489_917) | 0;
    return (state >>> 0) / 4_294_967_296;
  };
}

test('a newer page goes on from what is held when nothing lies between them', () => {
  const held = windowOf(range(3, 8), 8);
  expect(continues(held, windowOf(range(6, 12), 12))).toBe(true);
  expect(continues(held, windowOf(range(9, 12), 12))).toBe(true);
  expect(continues(held, windowOf(range(10, 12), 12))).toBe(false);
  expect(continues(held, windowOf(range(6, 12), 20))).toBe(false);
  expect(continues(emptyWindow, windowOf(range(1, 2), 2))).toBe(false);
});

test('of a page that is fetched again, only what has changed is another object', () => {
  const held = windowOf(range(3, 8), 8);
  const changed = { ...message(7), revision: 4 };
  const fresh = withHeld(held, windowOf([message(6), changed, message(8), message(9)], 9));
  expect(fresh.messages.map((one) => held.messages.includes(one))).toEqual([true, false, true, false]);
});
