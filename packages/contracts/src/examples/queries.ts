import type { Answer, Question, queryContracts } from '../queries.ts';
import { earlierText, entityExamples } from './entities.ts';
import { ids } from './ids.ts';

type Queries = {
  readonly [C in (typeof queryContracts)[number] as C['subject']]: {
    readonly request: Question<C>;
    readonly answer: Answer<C>;
  };
};

const { Conversation, ConversationList, FoundMessages, Inbox, Media, MessagePage, Receipt } = entityExamples;
const fileUrl = `http://minio:9000/media/files/${ids.media}?X-Amz-Signature=0f1e`;

/** One question for each query with its answer. */
export const queryExamples: Queries = {
  'query.message.list-conversations': { request: { userId: ids.cleo, limit: 100 }, answer: ConversationList },
  'query.message.get-conversation': {
    request: { userId: ids.cleo, conversationId: ids.group },
    answer: Conversation,
  },
  'query.message.list-messages': {
    request: { userId: ids.cleo, conversationId: ids.group, before: 43, limit: 50 },
    answer: MessagePage,
  },
  'query.message.list-earlier-texts': {
    request: { userId: ids.cleo, conversationId: ids.group, seq: 42 },
    answer: { texts: [earlierText] },
  },
  'query.message.list-receipts': {
    request: { userId: ids.ada, conversationId: ids.group },
    answer: { receipts: [Receipt] },
  },
  'query.message.may-read-media': {
    request: { userId: ids.cleo, mediaId: ids.media },
    answer: { mayRead: true },
  },
  'query.message.find-peers': {
    request: { userId: ids.ada, userIds: [ids.bob] },
    answer: { userIds: [ids.bob] },
  },
  'query.message.search-messages': {
    request: { userId: ids.cleo, q: 'there', has: 'image' },
    answer: FoundMessages,
  },
  'query.message.list-memberships': {
    request: { userId: ids.ada },
    answer: { conversationIds: [ids.direct, ids.group] },
  },
  'query.message.is-member': {
    request: { userId: ids.cleo, conversationId: ids.group },
    answer: { isMember: true },
  },
  'query.message.list-members': {
    request: { conversationIds: [ids.direct], limit: 200 },
    answer: {
      conversations: [{ conversationId: ids.direct, memberCount: 2, userIds: [ids.ada, ids.bob] }],
    },
  },
  'query.message.unread-counts': {
    request: { userId: ids.cleo },
    answer: { total: 2, conversations: { [ids.group]: 2 } },
  },
  'query.media.open-upload': {
    request: {
      userId: ids.ada,
      conversationId: ids.group,
      name: 'harbour.jpg',
      contentType: 'image/jpeg',
      bytes: 248_120,
    },
    answer: {
      mediaId: ids.media,
      url: `http://minio:9000/media/incoming/${ids.media}?X-Amz-Signature=9c7d`,
      headers: { 'content-type': 'application/octet-stream', 'content-length': '248120' },
    },
  },
  'query.media.finish-upload': { request: { userId: ids.ada, mediaId: ids.media }, answer: Media },
  'query.media.abort-upload': {
    request: { userId: ids.ada, mediaId: ids.media },
    answer: { aborted: true },
  },
  'query.media.get-media': { request: { mediaId: ids.media }, answer: Media },
  'query.media.open-download': {
    request: { mediaId: ids.media, variant: 'original' },
    answer: {
      media: Media,
      url: fileUrl,
      headers: { 'content-type': 'image/jpeg', 'cache-control': 'private, max-age=31536000, immutable' },
      expiresAt: '2026-11-23T09:20:00.000Z',
    },
  },
  'query.notification.list-inbox': { request: { userId: ids.cleo, limit: 50 }, answer: Inbox },
  'query.notification.read-inbox': {
    request: { userId: ids.cleo, upTo: ids.inboxItem },
    answer: { unread: 0, revision: 8 },
  },
};
