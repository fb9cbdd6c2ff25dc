import { endSession, endSessions, listSessions, login, logout, refresh, register } from './accounts.ts';
import {
  addMembersRoute,
  changeSettingsRoute,
  createConversationRoute,
  editConversationRoute,
  getConversationRoute,
  listConversationsRoute,
  removeMemberRoute,
  setRoleRoute,
} from './conversations.ts';
import { listInboxRoute, readInboxRoute } from './inbox.ts';
import { downloadMedia, downloadThumbnail, getMediaRoute, uploadMedia } from './media.ts';
import {
  deleteMessageRoute,
  editMessageRoute,
  forwardMessageRoute,
  listEarlierTextsRoute,
  listMessagesRoute,
  listReceiptsRoute,
  markDeliveredRoute,
  markReadRoute,
  reactToMessageRoute,
  searchMessagesRoute,
  sendMessageRoute,
  unreadCountsRoute,
} from './messages.ts';
import { findUsers, getMe, getUser, searchUsers } from './users.ts';

export * from './accounts.ts';
export * from './conversations.ts';
export * from './inbox.ts';
export * from './media.ts';
export * from './messages.ts';
export type { RouteContract } from './route.ts';
export * from './users.ts';

export const routeContracts = [
  register,
  login,
  refresh,
  logout,
  listSessions,
  endSession,
  endSessions,
  getMe,
  getUser,
  findUsers,
  searchUsers,
  createConversationRoute,
  listConversationsRoute,
  getConversationRoute,
  addMembersRoute,
  removeMemberRoute,
  setRoleRoute,
  editConversationRoute,
  changeSettingsRoute,
  sendMessageRoute,
  forwardMessageRoute,
  editMessageRoute,
  deleteMessageRoute,
  listEarlierTextsRoute,
  reactToMessageRoute,
  markDeliveredRoute,
  listReceiptsRoute,
  searchMessagesRoute,
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
