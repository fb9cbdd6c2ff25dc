import type { ConversationSummary, Message, UserId } from '@storm/contracts';
import { hiddenOf, newerOf, withChangedMessage, withMessage, withRead } from './summary-changes.ts';

const ada = 'ada' as UserId;
const bruno = 'bruno' as UserId;
const message = (seq: number, senderId = bruno): Message =>
  ({ seq, senderId, text: `text ${seq}`, attachments: [] }) as unknown as Message;
const summary = { lastSeq: 4, readSeq: 2, unread: 2, lastMessage: message(4) } as ConversationSummary;

test('a message of somebody else is unread, one of our own has read all before it', () => {
  expect(withMessage(summary, message(5), ada)).toMatchObject({ lastSeq: 5, readSeq: 2, unread: 3 });
  expect(withMessage(summary, message(5, ada), ada)).toMatchObject({ lastSeq: 5, readSeq: 5, unread: 0 });
});

test('what is known already, or was read further, changes nothing', () => {
  expect(withMessage(summary, message(4), ada)).toBe(summary);
  expect(withRead(summary, 1)).toBe(summary);
  expect(withRead(summary, 99)).toMatchObject({ readSeq: 4, unread: 0 });
});

test('of two states of a message the later stays, whichever comes first', () => {
  const edited = { ...message(4), text: 'edited', revision: 7 };
  const again = { ...message(4), text: 'edited again', revision: 9 };
  expect(newerOf(newerOf(message(4), edited), again)).toBe(again);
  expect(newerOf(newerOf(message(4), again), edited)).toBe(again);
  expect(withChangedMessage(summary, edited).lastMessage).toBe(edited);
  expect(withChangedMessage(summary, { ...edited, seq: 3 })).toBe(summary);
});

test('what a reader has hidden stays hidden when it is edited', () => {
  const edited = { ...message(4), text: 'edited', revision: 7 };
  expect(newerOf(hiddenOf(message(4)), edited)).toMatchObject({ hidden: true, text: '', revision: 7 });
});
