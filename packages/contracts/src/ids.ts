import Type, { type TUnsafe } from 'typebox';

declare const brand: unique symbol;
type Branded<Name extends string> = string & { readonly [brand]: Name };

const uuidPattern = '^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$';
const id = <T extends string>(description: string): TUnsafe<T> =>
  Type.Unsafe<T>(Type.String({ pattern: uuidPattern, description }));

export type UserId = Branded<'UserId'>;
export type ConversationId = Branded<'ConversationId'>;
export type MessageId = Branded<'MessageId'>;
export type MediaId = Branded<'MediaId'>;
export type SessionId = Branded<'SessionId'>;
export type InboxItemId = Branded<'InboxItemId'>;

export const UserId = id<UserId>('A user, UUIDv7');
export const ConversationId = id<ConversationId>(
  'A conversation: UUIDv5 of the pair (direct) or of creator and key (group), so that a retry names the same one',
);
export const MessageId = id<MessageId>('A message, UUIDv7');
export const MediaId = id<MediaId>('A file, UUIDv7');
export const SessionId = id<SessionId>('A signed-in device, UUIDv7');
export const InboxItemId = id<InboxItemId>(
  'An inbox item, UUIDv8: its place in the inbox, then a digest of the user',
);

export const IdempotencyKey = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[\\x21-\\x7e]+$',
  description:
    "The sender's own name for this message; kept as long as the message. The same key never stores twice.",
});

export const Instant = Type.String({
  pattern: '^\\d{4}-\\d{2}-\\d{2}T\\d{2}:\\d{2}:\\d{2}(\\.\\d+)?Z$',
  description: 'RFC 3339, UTC',
});

export const Sequence = Type.Integer({
  minimum: 0,
  description: 'Place in the conversation: dense, from 1; 0 before the first message',
});

export const Place = Type.Integer({ minimum: 1, description: 'The sequence of a message' });

export const Revision = Type.Integer({
  minimum: 0,
  description:
    'Grows with every change of a conversation and of what is in it: of two states of one thing the higher one holds',
});

export const Cursor = Type.String({
  minLength: 1,
  maxLength: 96,
  description: 'Opaque place in the event stream; send it back to go on from there',
});
