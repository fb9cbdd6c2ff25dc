import { type ConversationId, decodeCursor, eventSubject, joinLines, messageStored } from '@storm/contracts';
import { createLiveEvents } from './live-event.ts';

const position = { epoch: 'made', sequence: 7, timeMs: 1_000 };
const subject = eventSubject(messageStored, 'one' as ConversationId);
/** What a socket is given: behind the header of two or four bytes. */
const payloadOf = (frame: Buffer) => JSON.parse(frame.subarray(frame.indexOf('{')).toString());

it('messages that were told together are given one by one; only the last is a whole place in the stream', () => {
  const documents = ['{"seq":1}', '{"seq":2}', '{"seq":3}'];
  const events = createLiveEvents(subject, position, joinLines(documents), false);
  const payloads = events.map(({ frame }) => payloadOf(frame));
  expect(payloads.map(({ data }) => data.seq)).toEqual([1, 2, 3]);
  expect(payloads.map(({ cursor }) => decodeCursor(cursor))).toEqual([
    { ...position, part: 1 },
    { ...position, part: 2 },
    position,
  ]);
  expect(events.map(({ room }) => room)).toEqual(Array(3).fill('conversation.one'));
});

it('a message by itself has a place of its own, and what is no event gives nothing', () => {
  const [event, ...others] = createLiveEvents(subject, position, joinLines(['{"seq":1}']), false);
  expect(others).toEqual([]);
  expect(decodeCursor(payloadOf(event?.frame as Buffer).cursor)).toEqual(position);
  expect(createLiveEvents('nonsense', position, joinLines(['{}']), false)).toEqual([]);
});
