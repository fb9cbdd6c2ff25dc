import type { UserId } from '@storm/contracts';
import { problems } from '../problems.ts';
import { findPlace } from './item-id.ts';

/** @throws Problem `inbox-item-not-found` for what is not the id of an item of this user. */
export function getPlace(userId: UserId, itemId: string): number {
  const place = findPlace(userId, itemId);
  if (place === null) throw problems['inbox-item-not-found']();
  return place;
}
