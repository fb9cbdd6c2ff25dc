import Type from 'typebox';
import { Receipt } from '../entities.ts';
import { ConversationId, IdempotencyKey, MediaId, Place, Sequence } from '../ids.ts';
import {
  EarlierText,
  Emoji,
  FoundMessages,
  Message,
  MessagePage,
  MessageText,
  maxAttachments,
} from '../message-entities.ts';
import { MessageSearch } from '../queries.ts';
import { Accepted, ConversationParams, closed, nothing, route } from './route.ts';

/** A message is named by its conversation and its place there. */
const MessageParams = Type.Object(
  { conversationId: ConversationId, seq: Type.String({ pattern: '^[1-9][0-9]{0,14}$' }) },
  closed,
);

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
      replyTo: Type.Optional(Place),
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
export const forwardMessageRoute = route({
  name: 'forwardMessage',
  method: 'POST',
  path: '/conversations/:conversationId/forwards',
  auth: 'bearer',
  summary: 'Send a copy of a message from a conversation that one is in; answers as a send does',
  params: ConversationParams,
  body: Type.Object(
    { key: IdempotencyKey, from: Type.Object({ conversationId: ConversationId, seq: Place }, closed) },
    closed,
  ),
  responses: {
    201: Message,
    200: Message,
    202: Type.Object({ status: Type.Literal('accepted'), key: IdempotencyKey }, closed),
  },
});
export const markDeliveredRoute = route({
  name: 'markDelivered',
  method: 'PUT',
  path: '/conversations/:conversationId/delivered',
  auth: 'bearer',
  summary: "This user's devices have got the messages up to a sequence",
  params: ConversationParams,
  body: Type.Object({ seq: Sequence }, closed),
  responses: { 204: nothing, 202: Accepted },
});
export const listReceiptsRoute = route({
  name: 'listReceipts',
  method: 'GET',
  path: '/conversations/:conversationId/receipts',
  auth: 'bearer',
  summary: 'How far each member has got and read; of more than 100 members only oneself',
  params: ConversationParams,
  responses: { 200: Type.Object({ receipts: Type.Array(Receipt) }, closed) },
});
export const editMessageRoute = route({
  name: 'editMessage',
  method: 'PUT',
  path: '/conversations/:conversationId/messages/:seq',
  auth: 'bearer',
  summary: 'Replace the text of an own message',
  params: MessageParams,
  body: Type.Object({ key: IdempotencyKey, text: MessageText }, closed),
  responses: { 200: Message, 202: Accepted },
});
export const deleteMessageRoute = route({
  name: 'deleteMessage',
  method: 'DELETE',
  path: '/conversations/:conversationId/messages/:seq',
  auth: 'bearer',
  summary:
    'Delete a message for everyone (its sender; owner and admin of a group), or for oneself; its place stays',
  params: MessageParams,
  query: Type.Object(
    {
      key: Type.Optional(IdempotencyKey),
      for: Type.Optional(Type.Union([Type.Literal('everyone'), Type.Literal('me')], { default: 'everyone' })),
    },
    closed,
  ),
  responses: { 204: nothing, 202: Accepted },
});
export const listEarlierTextsRoute = route({
  name: 'listEarlierTexts',
  method: 'GET',
  path: '/conversations/:conversationId/messages/:seq/edits',
  auth: 'bearer',
  summary: 'What an edited message said before, oldest first',
  params: MessageParams,
  responses: { 200: Type.Object({ texts: Type.Array(EarlierText) }, closed) },
});
export const reactToMessageRoute = route({
  name: 'reactToMessage',
  method: 'PUT',
  path: '/conversations/:conversationId/messages/:seq/reactions',
  auth: 'bearer',
  summary: 'Put a reaction on a message, or take it away',
  params: MessageParams,
  body: Type.Object({ key: IdempotencyKey, emoji: Emoji, on: Type.Boolean() }, closed),
  responses: { 200: Message, 202: Accepted },
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
export const searchMessagesRoute = route({
  name: 'searchMessages',
  method: 'GET',
  path: '/search/messages',
  auth: 'bearer',
  summary: 'Messages that hold all words (the last one may be unfinished), in conversations that one is in',
  query: MessageSearch,
  responses: { 200: FoundMessages },
});
