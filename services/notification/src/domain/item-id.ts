import { createHash } from 'node:crypto';
import type { InboxItemId, UserId } from '@storm/contracts';

/**
 * The id of the item at a place of a user's inbox: a UUIDv8 of the place (48 bits) and a digest of the user. Ids sort as
 * the inbox does, stay the same as long as the item, and tell the place back without a look-up, even of an item that
 * is no longer there.
 */
export function itemId(userId: UserId, place: number): InboxItemId {
  const head = place.toString(16).padStart(12, '0');
  return `${head.slice(0, 8)}-${head.slice(8)}-${tailOf(userId)}` as InboxItemId;
}

/** @returns null for what is not the id of an item of this user. */
export function findPlace(userId: UserId, id: string): number | null {
  const match = /^([0-9a-f]{8})-([0-9a-f]{4})-(.*)$/.exec(id);
  if (match === null || match[3] !== tailOf(userId)) return null;
  return Number.parseInt(`${match[1]}${match[2]}`, 16);
}

function tailOf(userId: UserId): string {
  const digest = createHash('sha256').update(userId).digest('hex');
  return `8${digest.slice(0, 3)}-8${digest.slice(3, 6)}-${digest.slice(6, 18)}`;
}
