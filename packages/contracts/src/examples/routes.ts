import type { Static, TSchema } from 'typebox';
import type { routeContracts } from '../http/index.ts';
import { earlierText, editedMessage, entityExamples, forwardedMessage } from './entities.ts';
import { ids } from './ids.ts';

type Contracts = (typeof routeContracts)[number];
type Part<C, Key extends string> = C extends { readonly [K in Key]: infer S extends TSchema }
  ? { readonly [K in Key]: Static<S> }
  : unknown;
/** Answers without a body, or whose body is a file, have none. */
type Answers<C extends Contracts> = {
  readonly [Status in keyof C['responses']]?: C['responses'][Status] extends TSchema
    ? Static<C['responses'][Status]>
    : never;
};
type Routes = {
  readonly [C in Contracts as C['name']]: Part<C, 'params'> &
    Part<C, 'query'> &
    Part<C, 'body'> & { readonly responses: Answers<C> };
};

const { Conversation, ConversationList, Inbox, Media, Message, MessagePage, Tokens, User } = entityExamples;
const ofGroup = { params: { conversationId: ids.group } };
const ofMessage = { params: { conversationId: ids.group, seq: '42' } };
const ofMedia = { params: { mediaId: ids.media } };
const accepted = { status: 'accepted' } as const;
const password = 'correct horse battery';

/** One exchange of each route. */
export const routeExamples: Routes = {
  register: {
    body: { username: User.username, displayName: User.displayName, password },
    responses: { 201: Tokens },
  },
  login: { body: { username: User.username, password }, responses: { 200: Tokens } },
  refresh: { body: { refreshToken: Tokens.refreshToken }, responses: { 200: Tokens } },
  logout: { responses: {} },
  listSessions: {
    responses: {
      200: {
        sessions: [
          {
            id: ids.session,
            createdAt: '2026-11-23T09:00:00.000Z',
            lastUsedAt: '2026-11-23T18:00:00.000Z',
            browser: 'Firefox',
            system: 'Linux',
            isCurrent: true,
          },
        ],
      },
    },
  },
  endSession: { params: { sessionId: ids.session }, responses: {} },
  endSessions: { query: { keep: 'this' }, responses: {} },
  getMe: { responses: { 200: User } },
  getUser: { params: { userId: ids.ada }, responses: { 200: User } },
  findUsers: { query: { username: User.username }, responses: { 200: { users: [User] } } },
  searchUsers: { query: { q: 'ad', limit: 20 }, responses: { 200: { users: [User] } } },
  createConversation: {
    body: { kind: 'group', key: 'trip-2026', name: 'Trip to Trieste', memberIds: [ids.bob] },
    responses: { 201: Conversation, 200: Conversation, 202: { ...accepted, id: ids.group } },
  },
  listConversations: { query: { limit: 100 }, responses: { 200: ConversationList } },
  getConversation: { ...ofGroup, query: { membersAfter: ids.ada }, responses: { 200: Conversation } },
  editConversation: {
    ...ofGroup,
    body: { key: 'phone-7f3a-0047', name: 'Trip to Trieste' },
    responses: { 200: Conversation, 202: accepted },
  },
  changeSettings: {
    ...ofGroup,
    body: { key: 'phone-7f3a-0049', pinned: true },
    responses: { 200: entityExamples.ConversationSettings, 202: accepted },
  },
  setRole: {
    params: { conversationId: ids.group, userId: ids.cleo },
    body: { key: 'phone-7f3a-0048', role: 'member' },
    responses: { 200: Conversation, 202: accepted },
  },
  addMembers: {
    ...ofGroup,
    body: { key: 'phone-7f3a-0050', userIds: [ids.cleo] },
    responses: { 200: Conversation, 202: accepted },
  },
  removeMember: {
    params: { conversationId: ids.group, userId: ids.cleo },
    query: { key: 'phone-7f3a-0051' },
    responses: { 202: accepted },
  },
  forwardMessage: {
    ...ofGroup,
    body: { key: 'phone-7f3a-0052', from: { conversationId: ids.direct, seq: 7 } },
    responses: {
      201: forwardedMessage,
      200: forwardedMessage,
      202: { ...accepted, key: 'phone-7f3a-0052' },
    },
  },
  markDelivered: { ...ofGroup, body: { seq: 42 }, responses: { 202: accepted } },
  listReceipts: { ...ofGroup, responses: { 200: { receipts: [entityExamples.Receipt] } } },
  editMessage: {
    ...ofMessage,
    body: { key: 'phone-7f3a-0043', text: editedMessage.text },
    responses: { 200: editedMessage, 202: accepted },
  },
  deleteMessage: {
    ...ofMessage,
    query: { key: 'phone-7f3a-0044', for: 'everyone' },
    responses: { 202: accepted },
  },
  listEarlierTexts: { ...ofMessage, responses: { 200: { texts: [earlierText] } } },
  reactToMessage: {
    ...ofMessage,
    body: { key: 'phone-7f3a-0046', emoji: '👋', on: true },
    responses: { 200: editedMessage, 202: accepted },
  },
  sendMessage: {
    ...ofGroup,
    body: { key: Message.key, text: Message.text, mediaIds: [ids.media] },
    responses: { 201: Message, 200: Message, 202: { ...accepted, key: Message.key } },
  },
  searchMessages: {
    query: { q: 'there', has: 'image' },
    responses: { 200: entityExamples.FoundMessages },
  },
  listMessages: { ...ofGroup, query: { before: 43, limit: 50 }, responses: { 200: MessagePage } },
  markRead: {
    ...ofGroup,
    body: { seq: 42 },
    responses: { 200: { seq: 42, unread: 0 }, 202: accepted },
  },
  unreadCounts: { responses: { 200: { total: 2, conversations: { [ids.group]: 2 } } } },
  uploadMedia: { ...ofGroup, query: { name: Media.name }, responses: { 201: Media } },
  getMedia: { ...ofMedia, responses: { 200: Media } },
  downloadMedia: { ...ofMedia, responses: {} },
  downloadThumbnail: { ...ofMedia, responses: {} },
  listInbox: { query: { limit: 50 }, responses: { 200: Inbox } },
  readInbox: { body: { upTo: ids.inboxItem }, responses: { 200: { unread: 0, revision: 8 } } },
};
