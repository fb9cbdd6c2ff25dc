import type { Inbox, UserId } from '@storm/contracts';
import type { InboxStore } from '../store/inbox-store.ts';
import { getPlace } from './get-place.ts';
import { itemId } from './item-id.ts';

/** A page of a user's inbox, newest first, and what is unread in all of it. */
export async function listInbox(
  store: InboxStore,
  question: { userId: UserId; limit?: number; before?: string },
): Promise<Inbox> {
  const { userId, limit = 50, before } = question;
  const place = before === undefined ? undefined : getPlace(userId, before);
  const { unread, revision, items } = await store.list(userId, limit, place);
  return {
    unread,
    revision,
    items: items.map(({ place, ...item }) => ({ id: itemId(userId, place), ...item })),
  };
}
