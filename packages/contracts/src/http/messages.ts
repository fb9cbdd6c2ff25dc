import Type from 'typebox';
import { Message, MessagePage, MessageText, maxAttachments } from '../entities.ts';
import { IdempotencyKey, MediaId, Sequence } from '../ids.ts';
import { Accepted, ConversationParams, closed, route } from './route.ts';

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
