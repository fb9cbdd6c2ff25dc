import type {
  Conversation,
  ConversationList,
  ConversationSettings,
  ConversationSummary,
  Inbox,
  InboxItem,
  Member,
  Receipt,
  User,
} from '../entities.ts';
import type { EntitySchemas } from '../entity-schemas.ts';
import type { Tokens } from '../http/index.ts';
import type { Media } from '../media-entities.ts';
import type { Attachment, EarlierText, Message, MessagePage } from '../message-entities.ts';
import { cursor, ids } from './ids.ts';

const user: User = {
  id: ids.ada,
  username: 'ada',
  displayName: 'Ada Lovelace',
  createdAt: '2026-11-23T09:00:00.000Z',
};

const attachment: Attachment = {
  mediaId: ids.media,
  name: 'harbour.jpg',
  contentType: 'image/jpeg',
  bytes: 248_120,
};

const message: Message = {
  id: ids.message,
  conversationId: ids.group,
  seq: 42,
  senderId: ids.ada,
  key: 'phone-7f3a-0042',
  text: 'We are there, look 👋',
  attachments: [attachment],
  storedAt: '2026-11-23T09:05:00.250Z',
};

/** The same message after an edit and a reaction. */
export const editedMessage: Message = {
  ...message,
  text: 'We are there at last, look 👋',
  revision: 4,
  editedAt: '2026-11-23T09:06:12.000Z',
  reactions: [{ emoji: '👋', userIds: [ids.bob, ids.cleo] }],
};

export const forwardedMessage: Message = {
  ...message,
  key: 'phone-7f3a-0052',
  text: 'The ferry leaves at six',
  attachments: [],
  forwarded: { senderId: ids.bob, storedAt: '2026-11-23T08:30:00.000Z' },
};

const receipt: Receipt = { userId: ids.cleo, deliveredSeq: 42, readSeq: 40 };

export const earlierText: EarlierText = { text: message.text, writtenAt: message.storedAt };

const settings: ConversationSettings = {
  mutedUntil: null,
  pinnedAt: '2026-11-23T09:04:10.000Z',
  revision: 1,
};

const member: Member = { userId: ids.cleo, role: 'member', joinedAt: '2026-11-23T09:04:00.000Z' };

const conversation: Conversation = {
  id: ids.group,
  kind: 'group',
  name: 'Trip to Trieste',
  pictureId: null,
  createdAt: '2026-11-23T09:03:30.000Z',
  lastSeq: 42,
  revision: 3,
  memberCount: 3,
  members: [
    { userId: ids.ada, role: 'owner', joinedAt: '2026-11-23T09:03:30.000Z' },
    { userId: ids.bob, role: 'member', joinedAt: '2026-11-23T09:03:30.000Z' },
    member,
  ],
};

const conversationSummary: ConversationSummary = {
  id: ids.group,
  kind: 'group',
  name: 'Trip to Trieste',
  pictureId: null,
  role: 'member',
  peerId: null,
  memberCount: 3,
  createdAt: '2026-11-23T09:03:30.000Z',
  revision: 3,
  settings,
  lastSeq: 42,
  readSeq: 40,
  unread: 2,
  lastMessage: message,
};

const media: Media = {
  id: ids.media,
  conversationId: ids.group,
  ownerId: ids.ada,
  name: 'harbour.jpg',
  kind: 'image',
  contentType: 'image/jpeg',
  bytes: 248_120,
  status: 'ready',
  sha256: '5b1f0c8f2a0c9b7d3e6a4f1d8c2b7a90e1f2d3c4b5a697887766554433221100',
  width: 1_600,
  height: 1_200,
  blurhash: 'LEHV6nWB2yk8pyo0adR*.7kCMdnj',
  hasThumbnail: true,
  createdAt: '2026-11-23T09:04:50.000Z',
};

const inboxItem: InboxItem = {
  id: ids.inboxItem,
  messageId: ids.message,
  conversationId: ids.group,
  seq: 42,
  senderId: ids.ada,
  preview: 'We are there, look 👋',
  createdAt: '2026-11-23T09:05:00.310Z',
};

const inbox: Inbox = { unread: 1, revision: 7, items: [inboxItem] };

const conversationList: ConversationList = { conversations: [conversationSummary], cursor };

const messagePage: MessagePage = { messages: [message], quoted: [], lastSeq: 42, readSeq: 40, cursor };

const tokens: Tokens = {
  accessToken: 'eyJhbGciOiJFZERTQSIsImtpZCI6ImsxIn0.eyJzdWIiOiJhZGEifQ.c2lnbmF0dXJl',
  accessExpiresInSeconds: 900,
  refreshToken: 'v1.k3q9Zt0sXy7LwB5nR2hUeA4dJmC8pVfG',
  sessionId: ids.session,
  user,
};

/** One of each entity. */
export const entityExamples = {
  Attachment: attachment,
  Conversation: conversation,
  ConversationList: conversationList,
  ConversationSettings: settings,
  ConversationSummary: conversationSummary,
  FoundMessages: { messages: [message], isComplete: true },
  Inbox: inbox,
  InboxItem: inboxItem,
  Media: media,
  Member: member,
  Message: message,
  MessagePage: messagePage,
  Receipt: receipt,
  Tokens: tokens,
  User: user,
} satisfies Record<keyof EntitySchemas, unknown>;
