import {
  type FastifyRateLimitStore,
  fastifyRateLimit,
  normalizeIP,
  type RateLimitOptions,
} from '@fastify/rate-limit';
import type { RouteContract } from '@storm/contracts';
import type { FastifyInstance, FastifyRequest, preHandlerAsyncHookHandler } from 'fastify';
import type { GatewayEnv } from '../env.ts';
import { problems } from '../problems.ts';
import type { Counted, RateCounter } from '../store/rate-counter.ts';

export const userWindowMs = 10_000;
const signInWindowMs = 60_000;

/** Guessing is counted exactly; for the rest a tenth of a second of delay between gateways is near enough. */
const exactPrefix = 'sign-in:';

export const addressOf = (request: FastifyRequest): string => normalizeIP(request.ip);

/** Headers and refusals are the plugin's; the counting is ours, so that no request waits for Redis. */
export async function registerLimits(app: FastifyInstance, counter: RateCounter): Promise<void> {
  const store: FastifyRateLimitStore = {
    incr(key, callback, windowMs) {
      const tell = ({ count, leftMs }: Counted): void => callback(null, { current: count, ttl: leftMs });
      if (!key.startsWith(exactPrefix)) return tell(counter.count(key, windowMs));
      counter.countExactly(key, windowMs).then(tell, callback);
    },
    child: () => store,
  };
  await app.register(fastifyRateLimit, {
    global: false,
    enableDraftSpec: true,
    store: class {
      incr = store.incr;
      child = store.child;
    },
    errorResponseBuilder: (_request, { ttl }) => problems['too-many-requests']({ retryAfterMs: ttl }),
  });
}

const signInRoutes = new Set(['register', 'login']);

/** The limit that holds for a route as such: by user, or by address where nobody is signed in. */
export function limitOf(contract: RouteContract, env: GatewayEnv): RateLimitOptions {
  if (contract.auth === 'bearer') {
    return {
      max: env.LIMIT_USER_PER_10S,
      timeWindow: userWindowMs,
      keyGenerator: ({ principal }) => `user:${principal?.userId}`,
    };
  }
  if (!signInRoutes.has(contract.name)) {
    return {
      max: env.LIMIT_ADDRESS_PER_10S,
      timeWindow: userWindowMs,
      keyGenerator: (request) => `address:${addressOf(request)}`,
    };
  }
  return {
    max: env.LIMIT_SIGN_IN_ADDRESS_PER_MINUTE,
    timeWindow: signInWindowMs,
    keyGenerator: (request) => `${exactPrefix}${addressOf(request)}`,
  };
}

/** Few tries for one name from one address; somebody else's guessing does not lock the owner out. */
export function limitByName(
  app: FastifyInstance,
  contract: RouteContract,
  env: GatewayEnv,
): preHandlerAsyncHookHandler[] {
  if (!signInRoutes.has(contract.name)) return [];
  const count = app.createRateLimit({
    max: env.LIMIT_SIGN_IN_NAME_PER_MINUTE,
    timeWindow: signInWindowMs,
    keyGenerator: (request) => `${exactPrefix}${addressOf(request)}:${nameIn(request.body)}`,
  });
  return [
    async (request) => {
      const counted = await count(request);
      if (!counted.isAllowed && counted.isExceeded) {
        throw problems['too-many-requests']({ retryAfterMs: counted.ttl });
      }
    },
  ];
}

const nameIn = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'username' in body && typeof body.username === 'string'
    ? body.username.toLowerCase()
    : '';
