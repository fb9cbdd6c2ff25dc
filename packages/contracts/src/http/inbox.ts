import Type from 'typebox';
import { Inbox, InboxRevision } from '../entities.ts';
import { closed, route } from './route.ts';

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
