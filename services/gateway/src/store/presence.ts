import type { Presence, UserId } from '@storm/contracts';

/** Who is there, over all gateways. Without Redis nothing is known, and nothing fails. */
export interface PresenceStore {
  /** This gateway has sockets of these users; said again before it is forgotten. */
  enter(userIds: readonly UserId[]): Promise<void>;
  /** This gateway has none any more. @returns how it stands with them now, undefined when that is not known */
  leave(userId: UserId): Promise<Presence | undefined>;
  /** Of those that are known of; nothing without Redis. */
  find(userIds: readonly UserId[]): Promise<Presence[]>;
}
