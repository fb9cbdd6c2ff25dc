import type { ConversationId, Message, StormEvent } from '@storm/contracts';
import { createSequencer } from './sequencer.ts';
import { settledLater } from './settled-later.ts';

const a = 'conversation-a' as ConversationId;
const b = 'conversation-b' as ConversationId;

const message = (conversationId: ConversationId, seq: number): Message => ({
  id: `${conversationId} ${seq}` as Message['id'],
  conversationId,
  seq,
  senderId: 'someone' as Message['senderId'],
  key: `key ${seq}`,
  text: '',
  attachments: [],
  storedAt: '2026-01-01T00:00:00Z',
});
const stored = (conversationId: ConversationId, seq: number): StormEvent => ({
  type: 'message-stored.v1',
  data: message(conversationId, seq),
});
const read = (conversationId: ConversationId): StormEvent => ({
  type: 'read-marked.v1',
  data: { conversationId, seq: 1, unread: 0 },
});
const left = (conversationId: ConversationId): StormEvent => ({
  type: 'conversation-left.v1',
  data: { conversationId },
});
const joined = (conversationId: ConversationId, lastSeq: number): StormEvent => ({
  type: 'conversation-joined.v1',
  data: { conversationId, kind: 'group', name: 'g', role: 'member', lastSeq },
});
const shown = ({ type, data }: StormEvent): string =>
  type === 'message-stored.v1' ? `${data.conversationId.at(-1)}${data.seq}` : type;

/** A sequencer over a history that answers when told to. */
function start(maxHeld = 100) {
  const given: string[] = [];
  const cursors: string[] = [];
  const asked: { after: number; limit: number; answer: (seqs: number[]) => void; refuse: () => void }[] = [];
  let overflows = 0;
  const sequencer = createSequencer({
    deliver: (event) => given.push(shown(event)),
    onCursor: (cursor) => cursors.push(cursor),
    onOverflow: () => overflows++,
    fetchAfter(conversationId, after, limit) {
      const page = settledLater<readonly Message[]>();
      const answer = (seqs: number[]): void => page.resolve(seqs.map((seq) => message(conversationId, seq)));
      asked.push({ after, limit, answer, refuse: () => page.reject(new Error('not a member')) });
      return page.promise;
    },
    maxHeld,
  });
  return { sequencer, given, cursors, asked, overflows: () => overflows };
}
const settled = () => new Promise<void>((resolve) => setImmediate(resolve));

test('events are given on as they come and move the cursor', () => {
  const { sequencer, given, cursors } = start();
  sequencer.push(stored(a, 7), 'c1');
  sequencer.push(read(a), 'c2');
  sequencer.push(stored(b, 1), 'c3');
  sequencer.push(stored(a, 8), 'c4');
  expect(given).toEqual(['a7', 'read-marked.v1', 'b1', 'a8']);
  expect(cursors).toEqual(['c1', 'c2', 'c3', 'c4']);
});

test('a message that comes again is dropped, its cursor counts', () => {
  const { sequencer, given, cursors } = start();
  for (const [seq, cursor] of [
    [1, 'c1'],
    [2, 'c2'],
    [2, 'c3'],
    [1, 'c4'],
  ] as const) {
    sequencer.push(stored(a, seq), cursor);
  }
  expect(given).toEqual(['a1', 'a2']);
  expect(cursors.at(-1)).toBe('c4');
});

test('a gap is filled from history before what came after it, other conversations go on', async () => {
  const { sequencer, given, cursors, asked } = start();
  sequencer.push(stored(a, 1), 'c1');
  sequencer.push(stored(a, 4), 'c4');
  sequencer.push(read(a), 'c5');
  sequencer.push(stored(b, 1), 'c6');
  sequencer.push(stored(a, 5), 'c7');
  expect(given).toEqual(['a1', 'b1']);
  expect(cursors).toEqual(['c1']);
  expect(asked).toMatchObject([{ after: 1, limit: 2 }]);
  asked[0]?.answer([2, 3]);
  await settled();
  expect(given).toEqual(['a1', 'b1', 'a2', 'a3', 'a4', 'read-marked.v1', 'a5']);
  expect(cursors.at(-1)).toBe('c7');
});

test('a gap longer than a page is filled page by page', async () => {
  const { sequencer, given, asked } = start(1_000);
  sequencer.push(stored(a, 1), 'c1');
  sequencer.push(stored(a, 303), 'c2');
  expect(asked[0]).toMatchObject({ after: 1, limit: 200 });
  asked[0]?.answer(Array.from({ length: 200 }, (_, index) => index + 2));
  await settled();
  expect(asked[1]).toMatchObject({ after: 201, limit: 101 });
  asked[1]?.answer(Array.from({ length: 101 }, (_, index) => index + 202));
  await settled();
  expect(given).toHaveLength(303);
});

test('a second gap behind the first is filled in its turn', async () => {
  const { sequencer, given, asked } = start();
  for (const seq of [1, 3, 5]) sequencer.push(stored(a, seq), `c${seq}`);
  asked[0]?.answer([2]);
  await settled();
  asked[1]?.answer([4]);
  await settled();
  expect(given).toEqual(['a1', 'a2', 'a3', 'a4', 'a5']);
});

test('a conversation that cannot be read any more gives its last events as they came', async () => {
  const { sequencer, given, asked } = start();
  sequencer.push(stored(a, 1), 'c1');
  sequencer.push(stored(a, 3), 'c2');
  sequencer.push(left(a), 'c3');
  asked[0]?.refuse();
  await settled();
  expect(given).toEqual(['a1', 'a3', 'conversation-left.v1']);
});

test('history without what is missing asks for the state anew', async () => {
  const { sequencer, given, asked, overflows } = start();
  sequencer.push(stored(a, 1), 'c1');
  sequencer.push(stored(a, 3), 'c2');
  asked[0]?.answer([]);
  await settled();
  expect(overflows()).toBe(1);
  sequencer.restart([{ id: a, lastSeq: 3 }]);
  sequencer.push(stored(a, 3), 'c2');
  sequencer.push(stored(a, 4), 'c3');
  expect(given).toEqual(['a1', 'a4']);
});

test('more than can sensibly be held asks for the state anew', async () => {
  const { sequencer, asked, overflows, given } = start(3);
  sequencer.push(stored(a, 1), 'c1');
  for (const seq of [3, 4, 5, 6]) sequencer.push(stored(a, seq), `c${seq}`);
  expect(overflows()).toBe(1);
  asked[0]?.answer([2]);
  await settled();
  expect(given).toEqual(['a1']);
});

test('the place of a conversation joined again is that of the joining', () => {
  const { sequencer, given, asked } = start();
  sequencer.push(stored(a, 1), 'c1');
  sequencer.push(left(a), 'c2');
  sequencer.push(joined(a, 10), 'c3');
  sequencer.push(stored(a, 11), 'c4');
  expect(given).toEqual(['a1', 'conversation-left.v1', 'conversation-joined.v1', 'a11']);
  expect(asked).toEqual([]);
});

test('a place without an event does not pass one that is held', async () => {
  const { sequencer, cursors, asked } = start();
  sequencer.push(stored(a, 1), 'c1');
  sequencer.push(stored(a, 3), 'c2');
  sequencer.pass('c9');
  expect(cursors).toEqual(['c1']);
  asked[0]?.answer([2]);
  await settled();
  sequencer.pass('c9');
  expect(cursors).toEqual(['c1', 'c2', 'c9']);
});
