import Type from 'typebox';
import {
  Conversation,
  ConversationList,
  ConversationName,
  ConversationSettings,
  PictureId,
  Role,
} from '../entities.ts';
import { ConversationId, IdempotencyKey, Instant, UserId } from '../ids.ts';
import { Accepted, ConversationParams, closed, nothing, route } from './route.ts';

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
      id: Type.Optional(ConversationId),
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
  summary: 'A conversation with its members: the first 200, or the 200 that joined after one of them',
  params: ConversationParams,
  query: Type.Object({ membersAfter: Type.Optional(UserId) }, closed),
  responses: { 200: Conversation },
});
export const editConversationRoute = route({
  name: 'editConversation',
  method: 'PUT',
  path: '/conversations/:conversationId',
  auth: 'bearer',
  summary: 'Change the name or the picture of a group (owner, admin)',
  params: ConversationParams,
  body: Type.Object(
    { key: IdempotencyKey, name: Type.Optional(ConversationName), pictureId: Type.Optional(PictureId) },
    closed,
  ),
  responses: { 200: Conversation, 202: Accepted },
});
export const changeSettingsRoute = route({
  name: 'changeSettings',
  method: 'PUT',
  path: '/conversations/:conversationId/settings',
  auth: 'bearer',
  summary: 'Mute or pin a conversation for oneself, on all devices',
  params: ConversationParams,
  body: Type.Object(
    {
      key: IdempotencyKey,
      mutedUntil: Type.Optional(Type.Union([Instant, Type.Null()])),
      pinned: Type.Optional(Type.Boolean()),
    },
    closed,
  ),
  responses: { 200: ConversationSettings, 202: Accepted },
});
export const setRoleRoute = route({
  name: 'setRole',
  method: 'PUT',
  path: '/conversations/:conversationId/members/:userId',
  auth: 'bearer',
  summary: 'Give a member a role (owner); who gives the ownership away becomes an admin',
  params: Type.Object({ conversationId: ConversationId, userId: UserId }, closed),
  body: Type.Object({ key: IdempotencyKey, role: Role }, closed),
  responses: { 200: Conversation, 202: Accepted },
});
export const addMembersRoute = route({
  name: 'addMembers',
  method: 'POST',
  path: '/conversations/:conversationId/members',
  auth: 'bearer',
  summary: 'Add members (owner, admin)',
  params: ConversationParams,
  body: Type.Object(
    {
      key: Type.Optional(IdempotencyKey),
      userIds: Type.Array(UserId, { minItems: 1, maxItems: 1_000, uniqueItems: true }),
    },
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
  query: Type.Object({ key: Type.Optional(IdempotencyKey) }, closed),
  responses: { 204: nothing, 202: Accepted },
});
