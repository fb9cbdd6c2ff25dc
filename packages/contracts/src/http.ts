import Type, { type Static, type TSchema } from 'typebox';
import {
  Conversation,
  ConversationList,
  ConversationName,
  DisplayName,
  Inbox,
  InboxRevision,
  Media,
  Message,
  MessagePage,
  MessageText,
  maxAttachments,
  Password,
  User,
  Username,
} from './entities.ts';
import { ConversationId, IdempotencyKey, MediaId, Sequence, SessionId, UserId } from './ids.ts';

/** One route of the public API, declared once: the gateway serves it, the client calls it, OpenAPI describes it. */
export interface RouteContract {
  readonly name: string;
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** Below `/api/v1`. */
  readonly path: string;
  readonly summary: string;
  readonly auth: 'bearer' | 'none';
  readonly params?: TSchema;
  readonly query?: TSchema;
  readonly body?: TSchema;
  /** Where plain bytes stand instead of JSON: the request's body is a file, or the answer's is. */
  readonly bytes?: 'request' | 'response';
  readonly responses: Readonly<Record<number, TSchema>>;
}

const closed = { additionalProperties: false } as const;
const route = <const R extends RouteContract>(contract: R): R => contract;
const nothing = Type.Null({ description: 'No content' });
/** The command is kept and will be carried out; the event follows. Asking again is safe. */
const Accepted = Type.Object({ status: Type.Literal('accepted') }, closed);

export const Tokens = Type.Object(
  {
    accessToken: Type.String({ description: 'JWT, EdDSA, minutes' }),
    accessExpiresInSeconds: Type.Integer(),
    refreshToken: Type.String({ description: 'Opaque, used once, days' }),
    sessionId: SessionId,
    user: User,
  },
  closed,
);
export type Tokens = Static<typeof Tokens>;

const RefreshBody = Type.Object({ refreshToken: Type.String({ minLength: 20, maxLength: 200 }) }, closed);
const ConversationParams = Type.Object({ conversationId: ConversationId }, closed);
const MediaParams = Type.Object({ mediaId: MediaId }, closed);

export const register = route({
  name: 'register',
  method: 'POST',
  path: '/auth/register',
  auth: 'none',
  summary: 'Create an account and sign in',
  body: Type.Object({ username: Username, displayName: DisplayName, password: Password }, closed),
  responses: { 201: Tokens },
});
export const login = route({
  name: 'login',
  method: 'POST',
  path: '/auth/login',
  auth: 'none',
  summary: 'Sign in',
  body: Type.Object(
    { username: Type.String({ maxLength: 64 }), password: Type.String({ maxLength: 256 }) },
    closed,
  ),
  responses: { 200: Tokens },
});
export const refresh = route({
  name: 'refresh',
  method: 'POST',
  path: '/auth/refresh',
  auth: 'none',
  summary: 'Change a refresh token for new tokens; a token used twice ends its whole family',
  body: RefreshBody,
  responses: { 200: Tokens },
});
export const logout = route({
  name: 'logout',
  method: 'POST',
  path: '/auth/logout',
  auth: 'bearer',
  summary: 'End this session and its sockets',
  responses: { 204: nothing },
});
export const getMe = route({
  name: 'getMe',
  method: 'GET',
  path: '/users/me',
  auth: 'bearer',
  summary: 'The signed-in user',
  responses: { 200: User },
});
export const getUser = route({
  name: 'getUser',
  method: 'GET',
  path: '/users/:userId',
  auth: 'bearer',
  summary: 'A profile',
  params: Type.Object({ userId: UserId }, closed),
  responses: { 200: User },
});
export const findUsers = route({
  name: 'findUsers',
  method: 'GET',
  path: '/users',
  auth: 'bearer',
  summary: 'Look a user up by exact name, or several by id',
  query: Type.Object(
    {
      username: Type.Optional(Username),
      ids: Type.Optional(Type.String({ maxLength: 4_000, description: 'Ids, comma-separated, 100 at most' })),
    },
    closed,
  ),
  responses: { 200: Type.Object({ users: Type.Array(User) }, closed) },
});

export const createConversationRoute = route({
  name: 'createConversation',
  method: 'POST',
  path: '/conversations',
  auth: 'bearer',
  summary:
    'Start a direct conversation (one per pair) or a group; a retry with the same key gives the same one',
  body: Type.Union([
    Type.Object({ kind: Type.Literal('direct'), userId: UserId }, closed),
    Type.Object(
      {
        kind: Type.Literal('group'),
        key: IdempotencyKey,
        name: ConversationName,
        memberIds: Type.Array(UserId, { maxItems: 999, uniqueItems: true }),
      },
      closed,
    ),
  ]),
  responses: {
    201: Conversation,
    200: Conversation,
    202: Type.Object({ status: Type.Literal('accepted'), id: ConversationId }, closed),
  },
});
export const listConversationsRoute = route({
  name: 'listConversations',
  method: 'GET',
  path: '/conversations',
  auth: 'bearer',
  summary: 'My conversations, with last message and unread count, and the cursor to go on from',
  query: Type.Object(
    {
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 100 })),
      after: Type.Optional(ConversationId),
    },
    closed,
  ),
  responses: { 200: ConversationList },
});
export const getConversationRoute = route({
  name: 'getConversation',
  method: 'GET',
  path: '/conversations/:conversationId',
  auth: 'bearer',
  summary: 'A conversation with its members',
  params: ConversationParams,
  responses: { 200: Conversation },
});
export const addMembersRoute = route({
  name: 'addMembers',
  method: 'POST',
  path: '/conversations/:conversationId/members',
  auth: 'bearer',
  summary: 'Add members (owner, admin)',
  params: ConversationParams,
  body: Type.Object(
    { userIds: Type.Array(UserId, { minItems: 1, maxItems: 1_000, uniqueItems: true }) },
    closed,
  ),
  responses: { 200: Conversation, 202: Accepted },
});
export const removeMemberRoute = route({
  name: 'removeMember',
  method: 'DELETE',
  path: '/conversations/:conversationId/members/:userId',
  auth: 'bearer',
  summary: 'Remove a member (owner, admin) or leave',
  params: Type.Object({ conversationId: ConversationId, userId: UserId }, closed),
  responses: { 204: nothing, 202: Accepted },
});
export const sendMessageRoute = route({
  name: 'sendMessage',
  method: 'POST',
  path: '/conversations/:conversationId/messages',
  auth: 'bearer',
  summary: 'Send: 201 means committed; 202 means kept and to be stored, the event follows',
  params: ConversationParams,
  body: Type.Object(
    {
      key: IdempotencyKey,
      text: MessageText,
      mediaIds: Type.Optional(Type.Array(MediaId, { maxItems: maxAttachments, uniqueItems: true })),
    },
    closed,
  ),
  responses: {
    201: Message,
    200: Message,
    202: Type.Object({ status: Type.Literal('accepted'), key: IdempotencyKey }, closed),
  },
});
export const listMessagesRoute = route({
  name: 'listMessages',
  method: 'GET',
  path: '/conversations/:conversationId/messages',
  auth: 'bearer',
  summary: 'History by sequence: the last page, or before / after / around one',
  params: ConversationParams,
  query: Type.Object(
    {
      before: Type.Optional(Sequence),
      after: Type.Optional(Sequence),
      around: Type.Optional(Sequence),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 200, default: 50 })),
    },
    closed,
  ),
  responses: { 200: MessagePage },
});
export const markReadRoute = route({
  name: 'markRead',
  method: 'PUT',
  path: '/conversations/:conversationId/read',
  auth: 'bearer',
  summary: 'Read up to a sequence',
  params: ConversationParams,
  body: Type.Object({ seq: Sequence }, closed),
  responses: {
    200: Type.Object({ seq: Sequence, unread: Type.Integer({ minimum: 0 }) }, closed),
    202: Accepted,
  },
});
export const unreadCountsRoute = route({
  name: 'unreadCounts',
  method: 'GET',
  path: '/unread',
  auth: 'bearer',
  summary: 'Unread messages, in all and by conversation',
  responses: {
    200: Type.Object(
      {
        total: Type.Integer({ minimum: 0 }),
        conversations: Type.Record(Type.String(), Type.Integer({ minimum: 1 })),
      },
      closed,
    ),
  },
});
/** The body is the file itself; its type and length are the ordinary headers, its name is `?name=`. */
export const uploadMedia = route({
  name: 'uploadMedia',
  method: 'POST',
  path: '/conversations/:conversationId/media',
  auth: 'bearer',
  summary: 'Upload a file (raw body)',
  params: ConversationParams,
  query: Type.Object({ name: Type.String({ minLength: 1, maxLength: 255 }) }, closed),
  bytes: 'request',
  responses: { 201: Media },
});
export const getMediaRoute = route({
  name: 'getMedia',
  method: 'GET',
  path: '/media/:mediaId',
  auth: 'bearer',
  summary: 'What is known of a file',
  params: MediaParams,
  responses: { 200: Media },
});
export const downloadMedia = route({
  name: 'downloadMedia',
  method: 'GET',
  path: '/media/:mediaId/content',
  auth: 'bearer',
  summary: 'The bytes; Range and If-None-Match serve',
  params: MediaParams,
  bytes: 'response',
  responses: { 200: Type.Unknown(), 206: Type.Unknown(), 304: nothing },
});
export const downloadThumbnail = route({
  name: 'downloadThumbnail',
  method: 'GET',
  path: '/media/:mediaId/thumbnail',
  auth: 'bearer',
  summary: 'A small WebP picture of it',
  params: MediaParams,
  bytes: 'response',
  responses: { 200: Type.Unknown(), 206: Type.Unknown(), 304: nothing },
});
export const listInboxRoute = route({
  name: 'listInbox',
  method: 'GET',
  path: '/inbox',
  auth: 'bearer',
  summary: 'Notifications, newest first, and how many are unread',
  query: Type.Object(
    {
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 100, default: 50 })),
      before: Type.Optional(Type.String({ maxLength: 64 })),
    },
    closed,
  ),
  responses: { 200: Inbox },
});
export const readInboxRoute = route({
  name: 'readInbox',
  method: 'POST',
  path: '/inbox/read',
  auth: 'bearer',
  summary: 'Mark the inbox read, up to an item or all of it',
  body: Type.Object({ upTo: Type.Optional(Type.String({ maxLength: 64 })) }, closed),
  responses: { 200: Type.Object({ unread: Type.Integer({ minimum: 0 }), revision: InboxRevision }, closed) },
});

export const routeContracts = [
  register,
  login,
  refresh,
  logout,
  getMe,
  getUser,
  findUsers,
  createConversationRoute,
  listConversationsRoute,
  getConversationRoute,
  addMembersRoute,
  removeMemberRoute,
  sendMessageRoute,
  listMessagesRoute,
  markReadRoute,
  unreadCountsRoute,
  uploadMedia,
  getMediaRoute,
  downloadMedia,
  downloadThumbnail,
  listInboxRoute,
  readInboxRoute,
] as const;

export const apiPrefix = '/api/v1';
