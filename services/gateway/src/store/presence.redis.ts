import { randomUUID } from 'node:crypto';
import type { Presence, UserId } from '@storm/contracts';
import type { Cache } from './cache.redis.ts';
import type { PresenceStore } from './presence.ts';

/** A gateway that dies is believed for so long that its people are there. */
const believedMs = 60_000;
const seenKeptMs = 30 * 86_400_000;

const onlineKey = (userId: UserId): string => `online:${userId}`;
const seenKey = (userId: UserId): string => `seen:${userId}`;

/** Each gateway's word that somebody is there, with the time until which it holds; and when somebody left last. */
export function createPresenceStore(cache: Cache): PresenceStore {
  const self = randomUUID();
  const read = (userId: UserId, count: unknown, seen: unknown): Presence => {
    const online = Number(count) > 0;
    const seenAtMs = typeof seen === 'string' ? Number(seen) : Number.NaN;
    const lastSeenAt = online || Number.isNaN(seenAtMs) ? null : new Date(seenAtMs).toISOString();
    return { userId, online, lastSeenAt };
  };
  return {
    async enter(userIds) {
      const until = Date.now() + believedMs;
      await cache.attempt((redis) => {
        const pipeline = redis.pipeline();
        for (const userId of userIds) {
          pipeline.zadd(onlineKey(userId), until, self).pexpire(onlineKey(userId), believedMs);
        }
        return pipeline.exec();
      });
    },
    async leave(userId) {
      const now = Date.now();
      const results = await cache.attempt((redis) =>
        redis
          .multi()
          .zrem(onlineKey(userId), self)
          .set(seenKey(userId), String(now), 'PX', seenKeptMs)
          .zcount(onlineKey(userId), now, '+inf')
          .exec(),
      );
      if (!results) return undefined;
      return read(userId, results[2]?.[1], String(now));
    },
    async find(userIds) {
      const now = Date.now();
      const results = await cache.attempt((redis) => {
        const pipeline = redis.pipeline();
        for (const userId of userIds) pipeline.zcount(onlineKey(userId), now, '+inf').get(seenKey(userId));
        return pipeline.exec();
      });
      if (!results) return [];
      return userIds.map((userId, index) =>
        read(userId, results[index * 2]?.[1], results[index * 2 + 1]?.[1]),
      );
    },
  };
}
