import type { UserId } from '@storm/contracts';
import type { InboxState, InboxStore } from '../store/inbox-store.ts';
import { getPlace } from './get-place.ts';
import type { PublishInboxUpdated } from './publish-inbox-updated.ts';

/**
 * Marks everything up to and including an item as read, or everything, and tells the user's other devices.
 * They are told even when nothing changed: this may be the retry of a call that ended before its event. The id is the
 * revision's, so the stream keeps one of both.
 */
export async function readInbox(
  { store, publish }: { store: InboxStore; publish: PublishInboxUpdated },
  { userId, upTo }: { userId: UserId; upTo?: string },
): Promise<InboxState> {
  const state = await store.markRead(userId, upTo === undefined ? undefined : getPlace(userId, upTo));
  if (state === null) return { unread: 0, revision: 0 };
  await publish(userId, `read:${state.revision}`, { ...state, latest: null });
  return state;
}
