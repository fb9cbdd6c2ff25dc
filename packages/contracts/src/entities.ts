import Type, { type Static } from 'typebox';
import {
  ConversationId,
  Cursor,
  IdempotencyKey,
  InboxItemId,
  Instant,
  MediaId,
  MessageId,
  Place,
  Revision,
  Sequence,
  SessionId,
  UserId,
} from './ids.ts';

const closed = { additionalProperties: false } as const;

export const Username = Type.String({
  minLength: 3,
  maxLength: 32,
  pattern: '^[a-z0-9][a-z0-9._-]*$',
  description: 'Lower-case letters, digits, dot, dash, underscore',
});
export const DisplayName = Type.String({
  minLength: 1,
  maxLength: 64,
  pattern: '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$',
});
export const Password = Type.String({ minLength: 10, maxLength: 256, description: 'Ten characters or more' });

export const User = Type.Object(
  { id: UserId, username: Username, displayName: DisplayName, createdAt: Instant },
  closed,
);
export type User = Static<typeof User>;

/** A device that somebody is signed in on. */
export const SignedInDevice = Type.Object(
  {
    id: SessionId,
    createdAt: Instant,
    lastUsedAt: Instant,
    isCurrent: Type.Boolean({ description: 'The one that asks' }),
  },
  closed,
);
export type SignedInDevice = Static<typeof SignedInDevice>;

export const Role = Type.Union([Type.Literal('owner'), Type.Literal('admin'), Type.Literal('member')]);
export type Role = Static<typeof Role>;

export const ConversationKind = Type.Union([Type.Literal('direct'), Type.Literal('group')]);
export type ConversationKind = Static<typeof ConversationKind>;

export const ConversationName = Type.String({
  minLength: 1,
  maxLength: 80,
  pattern: '^[^\\u0000]*[^\\s\\u0000][^\\u0000]*$',
});

export const MediaKind = Type.Union([
  Type.Literal('image'),
  Type.Literal('video'),
  Type.Literal('audio'),
  Type.Literal('file'),
]);

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

export const PictureId = Type.Union([MediaId, Type.Null()], {
  description: 'A picture that was uploaded there',
});

/** What one member has set for a conversation, on all devices. */
export const ConversationSettings = Type.Object(
  {
    mutedUntil: Type.Union([Instant, Type.Null()], { description: 'Far away for always' }),
    pinnedAt: Type.Union([Instant, Type.Null()]),
    revision: Revision,
  },
  closed,
);
export type ConversationSettings = Static<typeof ConversationSettings>;

export const Member = Type.Object({ userId: UserId, role: Role, joinedAt: Instant }, closed);
export type Member = Static<typeof Member>;

export const Conversation = Type.Object(
  {
    id: ConversationId,
    kind: ConversationKind,
    name: Type.Union([ConversationName, Type.Null()]),
    pictureId: PictureId,
    createdAt: Instant,
    lastSeq: Sequence,
    revision: Revision,
    memberCount: Type.Integer({ minimum: 0 }),
    members: Type.Array(Member, { description: '200 at most, by time of joining' }),
  },
  closed,
);
export type Conversation = Static<typeof Conversation>;

/** A conversation as one member sees it in a list. */
export const ConversationSummary = Type.Object(
  {
    id: ConversationId,
    kind: ConversationKind,
    name: Type.Union([ConversationName, Type.Null()]),
    pictureId: PictureId,
    role: Role,
    peerId: Type.Union([UserId, Type.Null()], { description: 'The other one of a direct conversation' }),
    memberCount: Type.Integer({ minimum: 0 }),
    createdAt: Instant,
    revision: Revision,
    settings: ConversationSettings,
    lastSeq: Sequence,
    readSeq: Sequence,
    unread: Type.Integer({ minimum: 0 }),
    lastMessage: Type.Union([Message, Type.Null()]),
  },
  closed,
);
export type ConversationSummary = Static<typeof ConversationSummary>;

/** Larger conversations show no receipts: every message would cost a write and an event for each member. */
export const maxMembersWithReceipts = 100;

/** How far a member has got; who has read has got. */
export const Receipt = Type.Object({ userId: UserId, deliveredSeq: Sequence, readSeq: Sequence }, closed);
export type Receipt = Static<typeof Receipt>;

export const MediaStatus = Type.Union([
  Type.Literal('processing'),
  Type.Literal('ready'),
  Type.Literal('failed'),
]);

export const Media = Type.Object(
  {
    id: MediaId,
    conversationId: ConversationId,
    ownerId: UserId,
    name: Type.String({ minLength: 1, maxLength: 255 }),
    kind: MediaKind,
    contentType: Type.String({ maxLength: 127 }),
    bytes: Type.Integer({ minimum: 0 }),
    status: MediaStatus,
    sha256: Type.Union([Type.String({ pattern: '^[0-9a-f]{64}$' }), Type.Null()]),
    width: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    height: Type.Union([Type.Integer({ minimum: 1 }), Type.Null()]),
    blurhash: Type.Union([Type.String({ maxLength: 128 }), Type.Null()]),
    hasThumbnail: Type.Boolean(),
    createdAt: Instant,
  },
  closed,
);
export type Media = Static<typeof Media>;

export const InboxItem = Type.Object(
  {
    id: InboxItemId,
    messageId: MessageId,
    conversationId: ConversationId,
    seq: Sequence,
    senderId: UserId,
    preview: Type.String({ maxLength: 140 }),
    createdAt: Instant,
  },
  closed,
);
export type InboxItem = Static<typeof InboxItem>;

/** Two changes of one inbox can be told in either order, by two replicas: the higher revision is how it stands. */
export const InboxRevision = Type.Integer({
  minimum: 0,
  description:
    'Grows with every change of this inbox; a client keeps the state of the highest one it has seen',
});

export const Inbox = Type.Object(
  {
    unread: Type.Integer({ minimum: 0 }),
    revision: InboxRevision,
    items: Type.Array(InboxItem, { description: 'Newest first' }),
  },
  closed,
);
export type Inbox = Static<typeof Inbox>;

export const ConversationList = Type.Object(
  { conversations: Type.Array(ConversationSummary), cursor: Cursor },
  closed,
);
export type ConversationList = Static<typeof ConversationList>;

export const MessagePage = Type.Object(
  {
    messages: Type.Array(Message, { description: 'Ascending by seq' }),
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
