import type { Redis } from 'ioredis';
import type { Cache } from './cache.redis.ts';
import type { Counted, RateCounter } from './rate-counter.ts';

interface Window {
  readonly redisKey: string;
  readonly endsAt: number;
  /** All gateways together, as Redis last said. */
  booked: number;
  /** Ours on the way to Redis. */
  booking: number;
  /** Ours that Redis has not been told. */
  unbooked: number;
}

const bookEveryMs = 100;
const maxWindows = 50_000;

/**
 * Redis holds the counts; a gateway books its own there every 100 ms in one round trip and learns the total, so that
 * no request waits for Redis. While Redis is away each gateway counts for itself.
 */
export function createRateCounter(cache: Cache): RateCounter {
  const windows = new Map<string, Window>();
  const dirty = new Set<Window>();
  let timer: NodeJS.Timeout | undefined;

  const windowOf = (key: string, windowMs: number, now: number): Window => {
    const known = windows.get(key);
    if (known !== undefined && known.endsAt > now) return known;
    const number = Math.floor(now / windowMs);
    const redisKey = `rate:${key}:${windowMs}:${number}`;
    const opened = { redisKey, endsAt: (number + 1) * windowMs, booked: 0, booking: 0, unbooked: 0 };
    windows.delete(key);
    windows.set(key, opened);
    if (windows.size > maxWindows) forgetOldest();
    return opened;
  };
  const forgetOldest = (): void => {
    const [oldest] = windows.keys();
    if (oldest !== undefined) windows.delete(oldest);
  };
  const forgetEnded = (now: number): void => {
    for (const [key, window] of windows) {
      if (window.endsAt > now) return;
      windows.delete(key);
    }
  };
  const book = async (): Promise<void> => {
    timer = undefined;
    const now = Date.now();
    forgetEnded(now);
    const open = [...dirty].filter((window) => window.endsAt > now && window.unbooked > 0);
    dirty.clear();
    await Promise.all(open.map((window) => bookWindow(window, cache)));
  };
  const add = (key: string, windowMs: number, weight = 1): Window => {
    const window = windowOf(key, windowMs, Date.now());
    window.unbooked += weight;
    dirty.add(window);
    timer ??= setTimeout(() => void book(), bookEveryMs).unref();
    return window;
  };

  const ask = async (window: Window): Promise<Counted> => {
    await bookWindow(window, cache);
    return read(window);
  };

  return {
    count: (key, windowMs, weight) => read(add(key, windowMs, weight)),
    countExactly: (key, windowMs) => ask(add(key, windowMs)),
    total: (key, windowMs) => ask(windowOf(key, windowMs, Date.now())),
    close: () => clearTimeout(timer),
  };
}

const read = ({ booked, booking, unbooked, endsAt }: Window): Counted => ({
  count: booked + booking + unbooked,
  leftMs: Math.max(0, endsAt - Date.now()),
});

async function bookWindow(window: Window, cache: Cache): Promise<void> {
  const added = window.unbooked;
  window.unbooked = 0;
  window.booking += added;
  const total = await cache.attempt((redis) => increase(redis, window, added));
  window.booking -= added;
  if (total === undefined) window.unbooked += added;
  // A flushed Redis begins at nothing; what was known in this window stays known.
  else window.booked = Math.max(window.booked + added, total);
}

/** Commands of one tick leave in one write (automatic pipelining). */
async function increase(redis: Redis, { redisKey, endsAt }: Window, added: number): Promise<number> {
  const counted = redis.incrby(redisKey, added);
  const [total] = await Promise.all([counted, redis.pexpireat(redisKey, endsAt + bookEveryMs)]);
  return total;
}
