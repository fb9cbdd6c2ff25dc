import Type, { type Static } from 'typebox';
import {
  ConversationId,
  Cursor,
  IdempotencyKey,
  Instant,
  MediaId,
  MessageId,
  Place,
  Revision,
  Sequence,
  UserId,
} from './ids.ts';

const closed = { additionalProperties: false } as const;

/** What a message says of a file; the bytes stay with the media service. */
export const Attachment = Type.Object(
  {
    mediaId: MediaId,
    name: Type.String({ minLength: 1, maxLength: 255 }),
    contentType: Type.String({ maxLength: 127 }),
    bytes: Type.Integer({ minimum: 0 }),
  },
  closed,
);
export type Attachment = Static<typeof Attachment>;

export const maxTextLength = 16_000;
export const maxAttachments = 10;
/** Reactions that one message can hold: every state of it is told whole, so its size has a bound. */
export const maxReactions = 500;
export const maxReactionEmoji = 20;
/** No NUL: Postgres cannot keep one. */
export const MessageText = Type.String({ maxLength: maxTextLength, pattern: '^[^\\u0000]*$' });

export const Emoji = Type.String({
  minLength: 1,
  maxLength: 32,
  pattern: '^[^\\s\\u0000-\\u001f]+$',
  description: 'An emoji, or the name of one between colons',
});
export const Reaction = Type.Object(
  {
    emoji: Emoji,
    userIds: Type.Array(UserId, { description: 'By time' }),
  },
  closed,
);
export type Reaction = Static<typeof Reaction>;

/** Of a message that was forwarded: who wrote it first, and when. */
export const Forwarded = Type.Object({ senderId: UserId, storedAt: Instant }, closed);
export type Forwarded = Static<typeof Forwarded>;

export const Message = Type.Object(
  {
    id: MessageId,
    conversationId: ConversationId,
    seq: Sequence,
    senderId: UserId,
    key: IdempotencyKey,
    text: MessageText,
    attachments: Type.Array(Attachment, { maxItems: maxAttachments }),
    storedAt: Instant,
    revision: Type.Optional(Revision),
    replyTo: Type.Optional(Place),
    forwarded: Type.Optional(Forwarded),
    editedAt: Type.Optional(Instant),
    deletedAt: Type.Optional(Instant),
    reactions: Type.Optional(Type.Array(Reaction, { description: 'By time of the first of each' })),
    hidden: Type.Optional(
      Type.Literal(true, {
        description: 'Deleted by the reader for themselves: text and files are left out',
      }),
    ),
  },
  closed,
);
export type Message = Static<typeof Message>;

/** A text that an edit has replaced. */
export const EarlierText = Type.Object({ text: MessageText, writtenAt: Instant }, closed);
export type EarlierText = Static<typeof EarlierText>;

export const MessagePage = Type.Object(
  {
    messages: Type.Array(Message, {
      description: 'Ascending by seq without a gap; fewer than asked for where their texts are long',
    }),
    quoted: Type.Array(Message, {
      description: 'What these reply to and is not among them, as it stands now',
    }),
    lastSeq: Sequence,
    readSeq: Sequence,
    cursor: Cursor,
  },
  closed,
);
export type MessagePage = Static<typeof MessagePage>;

/** A message that a search has found. */
export const FoundMessages = Type.Object(
  {
    messages: Type.Array(Message, { description: 'Newest first' }),
    isComplete: Type.Boolean({
      description: 'False: some messages are still being made searchable, ask again in a moment',
    }),
  },
  closed,
);
export type FoundMessages = Static<typeof FoundMessages>;
