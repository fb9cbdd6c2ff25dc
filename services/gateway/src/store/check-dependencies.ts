import { getMedia, isMember, listInbox } from '@storm/contracts';
import { type Bus, createHealth, type HealthReport, pingQuery } from '@storm/runtime';
import { version } from '../version.ts';
import type { Cache } from './cache.redis.ts';
import type { UserService } from './user-service.ts';

/** Only without NATS can nothing be done; without one of the others the rest goes on. */
export const checkDependencies = ({
  bus,
  cache,
  users,
}: {
  bus: Bus;
  cache: Cache;
  users: UserService;
}): (() => Promise<HealthReport>) =>
  createHealth({
    service: 'gateway',
    version,
    required: { nats: () => bus.ping() },
    optional: {
      redis: () => cache.ping(),
      'user-service': () => users.ping(),
      'message-service': () => pingQuery(bus, isMember, 900),
      'media-service': () => pingQuery(bus, getMedia, 900),
      'notification-service': () => pingQuery(bus, listInbox, 900),
    },
  });
