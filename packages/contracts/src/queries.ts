import Type, { type Static, type TSchema } from 'typebox';
import { Conversation, ConversationList, Inbox, InboxRevision, Receipt } from './entities.ts';
import { ConversationId, Cursor, Instant, MediaId, Place, Sequence, UserId } from './ids.ts';
import { Media } from './media-entities.ts';
import { EarlierText, FoundMessages, MessagePage } from './message-entities.ts';

const closed = { additionalProperties: false } as const;
const query = <const S extends string, Q extends TSchema, A extends TSchema>(
  subject: S,
  request: Q,
  answer: A,
) => ({
  subject,
  request,
  answer,
});
const Limit = (maximum: number, standard: number) =>
  Type.Optional(Type.Integer({ minimum: 1, maximum, default: standard }));

/** Questions between services, NATS request/reply. Whoever answers checks the rights of `userId` in its query. */
export const listConversations = query(
  'query.message.list-conversations',
  Type.Object(
    {
      userId: UserId,
      limit: Limit(200, 100),
      after: Type.Optional(ConversationId),
      id: Type.Optional(ConversationId),
    },
    closed,
  ),
  ConversationList,
);

export const getConversation = query(
  'query.message.get-conversation',
  Type.Object(
    { userId: UserId, conversationId: ConversationId, membersAfter: Type.Optional(UserId) },
    closed,
  ),
  Conversation,
);

export const listMessages = query(
  'query.message.list-messages',
  Type.Object(
    {
      userId: UserId,
      conversationId: ConversationId,
      before: Type.Optional(Sequence),
      after: Type.Optional(Sequence),
      around: Type.Optional(Sequence),
      limit: Limit(200, 50),
    },
    closed,
  ),
  MessagePage,
);

export const listEarlierTexts = query(
  'query.message.list-earlier-texts',
  Type.Object({ userId: UserId, conversationId: ConversationId, seq: Place }, closed),
  Type.Object({ texts: Type.Array(EarlierText, { description: 'Oldest first' }) }, closed),
);

export const listReceipts = query(
  'query.message.list-receipts',
  Type.Object({ userId: UserId, conversationId: ConversationId }, closed),
  Type.Object({ receipts: Type.Array(Receipt) }, closed),
);

/** Whether a file came to the user in a forwarded message. */
export const mayReadMedia = query(
  'query.message.may-read-media',
  Type.Object({ userId: UserId, mediaId: MediaId }, closed),
  Type.Object({ mayRead: Type.Boolean() }, closed),
);

/** Those of some users with whom somebody shares a conversation: they may see whether he is there. */
export const findPeers = query(
  'query.message.find-peers',
  Type.Object({ userId: UserId, userIds: Type.Array(UserId, { maxItems: 200 }) }, closed),
  Type.Object({ userIds: Type.Array(UserId) }, closed),
);

/** What somebody looks for; each given part narrows it. */
export const MessageSearch = Type.Object(
  {
    q: Type.Optional(Type.String({ maxLength: 256, pattern: '^[^\\u0000]*$' })),
    from: Type.Optional(UserId),
    in: Type.Optional(ConversationId),
    before: Type.Optional(Instant),
    after: Type.Optional(Instant),
    has: Type.Optional(Type.Union([Type.Literal('file'), Type.Literal('image'), Type.Literal('link')])),
    limit: Limit(100, 30),
  },
  closed,
);
export type MessageSearch = Static<typeof MessageSearch>;

export const searchMessages = query(
  'query.message.search-messages',
  Type.Object({ userId: UserId, ...MessageSearch.properties }, closed),
  FoundMessages,
);

/** What a gateway needs to know before a socket goes live. */
export const listMemberships = query(
  'query.message.list-memberships',
  Type.Object({ userId: UserId }, closed),
  Type.Object({ conversationIds: Type.Array(ConversationId) }, closed),
);

export const isMember = query(
  'query.message.is-member',
  Type.Object({ userId: UserId, conversationId: ConversationId }, closed),
  Type.Object({ isMember: Type.Boolean() }, closed),
);

/** Members of several conversations at once, for who notifies them. */
export const listMembers = query(
  'query.message.list-members',
  Type.Object(
    {
      conversationIds: Type.Array(ConversationId, { minItems: 1, maxItems: 500 }),
      limit: Limit(10_000, 500),
    },
    closed,
  ),
  Type.Object(
    {
      conversations: Type.Array(
        Type.Object(
          {
            conversationId: ConversationId,
            memberCount: Type.Integer({ minimum: 0 }),
            userIds: Type.Array(UserId),
          },
          closed,
        ),
      ),
    },
    closed,
  ),
);

export const unreadCounts = query(
  'query.message.unread-counts',
  Type.Object({ userId: UserId }, closed),
  Type.Object(
    {
      total: Type.Integer({ minimum: 0 }),
      conversations: Type.Record(Type.String(), Type.Integer({ minimum: 1 })),
    },
    closed,
  ),
);

const HeaderList = Type.Record(Type.String(), Type.String());

/** Gives a place to put bytes: the gateway streams them to `url` (method PUT) and then asks `finishUpload`. */
export const openUpload = query(
  'query.media.open-upload',
  Type.Object(
    {
      userId: UserId,
      conversationId: ConversationId,
      name: Type.String({ minLength: 1, maxLength: 255 }),
      contentType: Type.String({ minLength: 3, maxLength: 127 }),
      bytes: Type.Integer({ minimum: 1 }),
    },
    closed,
  ),
  Type.Object({ mediaId: MediaId, url: Type.String(), headers: HeaderList }, closed),
);

/** Checks that the bytes are there and are what they claim, writes the metadata, leaves the processing job. */
export const finishUpload = query(
  'query.media.finish-upload',
  Type.Object({ userId: UserId, mediaId: MediaId }, closed),
  Media,
);

/** Forgets an upload that broke. */
export const abortUpload = query(
  'query.media.abort-upload',
  Type.Object({ userId: UserId, mediaId: MediaId }, closed),
  Type.Object({ aborted: Type.Boolean() }, closed),
);

export const getMedia = query('query.media.get-media', Type.Object({ mediaId: MediaId }, closed), Media);

/** A short-lived internal URL to read the bytes from, with the headers that the client must see. */
export const openDownload = query(
  'query.media.open-download',
  Type.Object(
    { mediaId: MediaId, variant: Type.Union([Type.Literal('original'), Type.Literal('thumbnail')]) },
    closed,
  ),
  Type.Object({ media: Media, url: Type.String(), headers: HeaderList, expiresAt: Type.String() }, closed),
);

export const listInbox = query(
  'query.notification.list-inbox',
  Type.Object(
    { userId: UserId, limit: Limit(100, 50), before: Type.Optional(Type.String({ maxLength: 64 })) },
    closed,
  ),
  Inbox,
);

/** Marks everything up to and including `upTo` (an item id, all when absent) as read. */
export const readInbox = query(
  'query.notification.read-inbox',
  Type.Object({ userId: UserId, upTo: Type.Optional(Type.String({ maxLength: 64 })) }, closed),
  Type.Object({ unread: Type.Integer({ minimum: 0 }), revision: InboxRevision }, closed),
);

export const queryContracts = [
  listConversations,
  getConversation,
  listMessages,
  listEarlierTexts,
  listReceipts,
  mayReadMedia,
  findPeers,
  searchMessages,
  listMemberships,
  isMember,
  listMembers,
  unreadCounts,
  openUpload,
  finishUpload,
  abortUpload,
  getMedia,
  openDownload,
  listInbox,
  readInbox,
] as const;

export type Question<C extends { request: TSchema }> = Static<C['request']>;
export type Answer<C extends { answer: TSchema }> = Static<C['answer']>;
export type { Cursor };
