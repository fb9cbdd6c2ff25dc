import Type, { type Static } from 'typebox';
import {
  ConversationId,
  Cursor,
  InboxItemId,
  Instant,
  MediaId,
  MessageId,
  Revision,
  Sequence,
  SessionId,
  UserId,
} from './ids.ts';
import { Message } from './message-entities.ts';

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
    browser: Type.Union([Type.String({ maxLength: 40 }), Type.Null()], {
      description: 'By its well-known name; null for other programs',
    }),
    system: Type.Union([Type.String({ maxLength: 40 }), Type.Null()]),
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
