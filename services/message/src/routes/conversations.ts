import { getConversation, listConversations, unreadCounts } from '@storm/contracts';
import { defineDoor } from '@storm/runtime';
import { problems } from '../problems.ts';
import type { ConversationStore } from '../store/conversation-store.ts';
import type { EventStreamPosition } from '../store/stream-position.ts';

export const serveListConversations = (store: ConversationStore, position: EventStreamPosition) =>
  defineDoor(listConversations, async ({ userId, limit = 100, after, id }) => {
    // The cursor first: what happens between it and the read is told twice rather than never.
    const cursor = await position.cursor();
    return { conversations: await store.list(userId, limit, { after, id }), cursor };
  });

export const serveGetConversation = (store: ConversationStore) =>
  defineDoor(getConversation, async ({ userId, conversationId, membersAfter }) => {
    const conversation = await store.get(conversationId, userId, membersAfter);
    if (conversation === null) throw problems['conversation-not-found']();
    return conversation;
  });

export const serveUnreadCounts = (store: ConversationStore) =>
  defineDoor(unreadCounts, async ({ userId }) => {
    const counts = await store.unreadCounts(userId);
    const total = [...counts.values()].reduce((sum, count) => sum + count, 0);
    return { total, conversations: Object.fromEntries(counts) };
  });
