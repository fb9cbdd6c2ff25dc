import type { routeContracts } from '@storm/contracts';

type Contracts = (typeof routeContracts)[number];
export type RouteName = Contracts['name'];
export type RouteOf<N extends RouteName> = Extract<Contracts, { name: N }>;

type Table = { readonly [C in Contracts as C['name']]: readonly [C['method'], C['path'], C['auth']] };

/**
 * Method, path and rights of each route. The contracts themselves carry schemas and their library, 24 KiB compressed
 * that a browser has no use for; the type makes the compiler refuse any difference from them.
 */
export const routes: Table = {
  register: ['POST', '/auth/register', 'none'],
  login: ['POST', '/auth/login', 'none'],
  refresh: ['POST', '/auth/refresh', 'none'],
  logout: ['POST', '/auth/logout', 'bearer'],
  listSessions: ['GET', '/sessions', 'bearer'],
  endSession: ['DELETE', '/sessions/:sessionId', 'bearer'],
  endSessions: ['DELETE', '/sessions', 'bearer'],
  getMe: ['GET', '/users/me', 'bearer'],
  getUser: ['GET', '/users/:userId', 'bearer'],
  findUsers: ['GET', '/users', 'bearer'],
  searchUsers: ['GET', '/users/search', 'bearer'],
  createConversation: ['POST', '/conversations', 'bearer'],
  listConversations: ['GET', '/conversations', 'bearer'],
  getConversation: ['GET', '/conversations/:conversationId', 'bearer'],
  editConversation: ['PUT', '/conversations/:conversationId', 'bearer'],
  changeSettings: ['PUT', '/conversations/:conversationId/settings', 'bearer'],
  setRole: ['PUT', '/conversations/:conversationId/members/:userId', 'bearer'],
  addMembers: ['POST', '/conversations/:conversationId/members', 'bearer'],
  removeMember: ['DELETE', '/conversations/:conversationId/members/:userId', 'bearer'],
  sendMessage: ['POST', '/conversations/:conversationId/messages', 'bearer'],
  forwardMessage: ['POST', '/conversations/:conversationId/forwards', 'bearer'],
  markDelivered: ['PUT', '/conversations/:conversationId/delivered', 'bearer'],
  listReceipts: ['GET', '/conversations/:conversationId/receipts', 'bearer'],
  editMessage: ['PUT', '/conversations/:conversationId/messages/:seq', 'bearer'],
  deleteMessage: ['DELETE', '/conversations/:conversationId/messages/:seq', 'bearer'],
  listEarlierTexts: ['GET', '/conversations/:conversationId/messages/:seq/edits', 'bearer'],
  reactToMessage: ['PUT', '/conversations/:conversationId/messages/:seq/reactions', 'bearer'],
  searchMessages: ['GET', '/search/messages', 'bearer'],
  listMessages: ['GET', '/conversations/:conversationId/messages', 'bearer'],
  markRead: ['PUT', '/conversations/:conversationId/read', 'bearer'],
  unreadCounts: ['GET', '/unread', 'bearer'],
  uploadMedia: ['POST', '/conversations/:conversationId/media', 'bearer'],
  getMedia: ['GET', '/media/:mediaId', 'bearer'],
  downloadMedia: ['GET', '/media/:mediaId/content', 'bearer'],
  downloadThumbnail: ['GET', '/media/:mediaId/thumbnail', 'bearer'],
  listInbox: ['GET', '/inbox', 'bearer'],
  readInbox: ['POST', '/inbox/read', 'bearer'],
};

const apiPrefix: typeof import('@storm/contracts')['apiPrefix'] = '/api/v1';

export type Params = Readonly<Record<string, string>>;
export type Query = Readonly<Record<string, string | number | boolean | undefined>>;

/** The address of a route below one entry of the platform. */
export function routeUrl(base: string, name: RouteName, params: Params = {}, query: Query = {}): string {
  const path = routes[name][1].replaceAll(/:(\w+)/g, (_, key: string) =>
    encodeURIComponent(params[key] ?? ''),
  );
  const search = new URLSearchParams();
  for (const [key, value] of Object.entries(query)) {
    if (value !== undefined) search.set(key, String(value));
  }
  const suffix = search.size > 0 ? `?${search.toString()}` : '';
  return `${base}${apiPrefix}${path}${suffix}`;
}
