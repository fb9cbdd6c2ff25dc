import Type, { type Static, type TSchema } from 'typebox';
import {
  ConversationKind,
  ConversationName,
  ConversationSettings,
  InboxItem,
  InboxRevision,
  Member,
  PictureId,
  Role,
  User,
} from './entities.ts';
import type { EventContract } from './event-contract.ts';
import { ConversationId, Instant, Place, Revision, Sequence, SessionId, UserId } from './ids.ts';
import { Media } from './media-entities.ts';
import { Message } from './message-entities.ts';

const closed = { additionalProperties: false } as const;
const event = <const N extends string, T extends TSchema>(
  contract: EventContract<T, N>,
): EventContract<T, N> => Object.freeze(contract);

/** Of a change of members; events of the time before revisions do not say it. */
const memberChange = {
  memberCount: Type.Optional(Type.Integer({ minimum: 0 })),
  revision: Type.Optional(Revision),
};

export const messageStored = event({
  type: 'message-stored.v1',
  audience: 'conversation',
  source: 'message',
  summary: 'A message is committed and has its place',
  data: Message,
  isToldTogether: true,
});

export const memberAdded = event({
  type: 'member-added.v1',
  audience: 'conversation',
  source: 'message',
  summary: 'Someone joined a conversation',
  data: Type.Object({ conversationId: ConversationId, member: Member, ...memberChange }, closed),
});

export const memberRemoved = event({
  type: 'member-removed.v1',
  audience: 'conversation',
  source: 'message',
  summary: 'Someone left a conversation or was removed',
  data: Type.Object({ conversationId: ConversationId, userId: UserId, ...memberChange }, closed),
});

export const memberChanged = event({
  type: 'member-changed.v1',
  audience: 'conversation',
  source: 'message',
  summary: 'A member has another role',
  data: Type.Object({ conversationId: ConversationId, member: Member, revision: Revision }, closed),
});

export const conversationChanged = event({
  type: 'conversation-changed.v1',
  audience: 'conversation',
  source: 'message',
  summary: 'A group has another name or picture',
  data: Type.Object(
    {
      conversationId: ConversationId,
      name: Type.Union([ConversationName, Type.Null()]),
      pictureId: PictureId,
      revision: Revision,
    },
    closed,
  ),
});

export const messageChanged = event({
  type: 'message-changed.v1',
  audience: 'conversation',
  source: 'message',
  summary: 'A message was edited, deleted or reacted to: how it stands now',
  data: Type.Object(
    {
      conversationId: ConversationId,
      actorId: UserId,
      verb: Type.String({ maxLength: 64, description: 'The command that changed it; more may come' }),
      message: Message,
    },
    closed,
  ),
});

export const receiptMoved = event({
  type: 'receipt-moved.v1',
  audience: 'conversation',
  source: 'message',
  summary: 'A member has got, or read, the messages up to a place',
  data: Type.Object(
    {
      conversationId: ConversationId,
      userId: UserId,
      deliveredSeq: Sequence,
      readSeq: Sequence,
    },
    closed,
  ),
});

export const messageHidden = event({
  type: 'message-hidden.v1',
  audience: 'user',
  source: 'message',
  summary: 'This user has deleted a message for themselves, on some device',
  data: Type.Object({ conversationId: ConversationId, seq: Place }, closed),
});

export const settingsChanged = event({
  type: 'settings-changed.v1',
  audience: 'user',
  source: 'message',
  summary: 'This user has muted or pinned a conversation, on some device',
  data: Type.Object({ conversationId: ConversationId, settings: ConversationSettings }, closed),
});

export const conversationJoined = event({
  type: 'conversation-joined.v1',
  audience: 'user',
  source: 'message',
  summary: 'This user is now in a conversation; its events follow',
  data: Type.Object(
    {
      conversationId: ConversationId,
      kind: ConversationKind,
      name: Type.Union([ConversationName, Type.Null()]),
      role: Role,
      lastSeq: Sequence,
    },
    closed,
  ),
});

export const conversationLeft = event({
  type: 'conversation-left.v1',
  audience: 'user',
  source: 'message',
  summary: 'This user is no longer in a conversation; nothing of it follows',
  data: Type.Object({ conversationId: ConversationId }, closed),
});

export const readMarked = event({
  type: 'read-marked.v1',
  audience: 'user',
  source: 'message',
  summary: 'This user has read up to a message, on some device',
  data: Type.Object(
    { conversationId: ConversationId, seq: Sequence, unread: Type.Integer({ minimum: 0 }) },
    closed,
  ),
});

export const inboxUpdated = event({
  type: 'inbox-updated.v1',
  audience: 'user',
  source: 'notification',
  summary: "The user's inbox has new items or was read",
  data: Type.Object(
    {
      unread: Type.Integer({ minimum: 0 }),
      revision: InboxRevision,
      latest: Type.Union([InboxItem, Type.Null()], { description: 'The newest new item; null after a read' }),
    },
    closed,
  ),
});

export const mediaProcessed = event({
  type: 'media-processed.v1',
  audience: 'conversation',
  source: 'media',
  summary: 'A file was hashed, cleaned and has its thumbnail, or failed',
  data: Media,
});

export const userRegistered = event({
  type: 'user-registered.v1',
  audience: 'user',
  source: 'user',
  summary: 'An account exists',
  data: User,
});

export const sessionRevoked = event({
  type: 'session-revoked.v1',
  audience: 'user',
  source: 'user',
  summary: 'A session has ended: its sockets close, its tokens are refused',
  data: Type.Object({ sessionId: SessionId, at: Instant }, closed),
});

export const eventContracts = [
  messageStored,
  memberAdded,
  memberRemoved,
  conversationJoined,
  conversationLeft,
  readMarked,
  messageChanged,
  receiptMoved,
  messageHidden,
  conversationChanged,
  memberChanged,
  settingsChanged,
  inboxUpdated,
  mediaProcessed,
  userRegistered,
  sessionRevoked,
] as const;

export type EventData<C extends EventContract> = Static<C['data']>;

type AsSeen<C> = C extends EventContract ? { type: C['type']; data: EventData<C> } : never;

/** Every event as a client sees it, told apart by `type`. */
export type StormEvent = AsSeen<(typeof eventContracts)[number]>;
