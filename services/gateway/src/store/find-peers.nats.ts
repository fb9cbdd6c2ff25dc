import { findPeers, type UserId } from '@storm/contracts';
import { type Bus, request } from '@storm/runtime';

export const createFindPeers =
  (bus: Bus) =>
  async (userId: UserId, userIds: readonly UserId[]): Promise<readonly UserId[]> =>
    (await request(bus, findPeers, { userId, userIds: [...userIds] })).userIds;
