import { findPeers, isMember, listMembers, listMemberships } from '@storm/contracts';
import { defineDoor } from '@storm/runtime';
import type { ConversationStore } from '../store/conversation-store.ts';

export const serveListMemberships = (store: ConversationStore) =>
  defineDoor(listMemberships, async ({ userId }) => ({
    conversationIds: await store.listMemberships(userId),
  }));

export const serveIsMember = (store: ConversationStore) =>
  defineDoor(isMember, async ({ userId, conversationId }) => ({
    isMember: await store.isMember(userId, conversationId),
  }));

export const serveListMembers = (store: ConversationStore) =>
  defineDoor(listMembers, async ({ conversationIds, limit = 500 }) => ({
    conversations: await store.listMembers(conversationIds, limit),
  }));

export const serveFindPeers = (store: ConversationStore) =>
  defineDoor(findPeers, async ({ userId, userIds }) => ({ userIds: await store.findPeers(userId, userIds) }));
