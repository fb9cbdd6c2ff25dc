import type { Cache } from './cache.redis.ts';

export interface Counted {
  /** How many there were in this window, this one included. */
  readonly count: number;
  /** Until the window ends. */
  readonly leftMs: number;
}

/** Counts what somebody does in windows of fixed length, over all gateways. */
export interface RateCounter {
  /** Counts at once; what other gateways counted is known `bookEveryMs` late. */
  count(key: string, windowMs: number): Counted;
  /** Asks Redis before it answers; without Redis as `count`. */
  countExactly(key: string, windowMs: number): Promise<Counted>;
  close(): void;
}

interface Window {
  readonly redisKey: string;
  readonly endsAt: number;
  /** All gateways together, as Redis last said. */
  booked: number;
  /** Ours that Redis has not been told. */
  unbooked: number;
}

const bookEveryMs = 100;
const maxWindows = 100_000;

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
    const opened = {
      redisKey: `rate:${key}:${windowMs}:${number}`,
      endsAt: (number + 1) * windowMs,
      booked: 0,
      unbooked: 0,
    };
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
    const booking = [...dirty].filter((window) => window.endsAt > now);
    dirty.clear();
    const added = booking.map((window) => window.unbooked);
    const totals = await cache.attempt((redis) =>
      Promise.all(
        booking.map(async (window, index) => {
          const total = await redis.incrby(window.redisKey, added[index] ?? 0);
          if (window.booked === 0) await redis.pexpire(window.redisKey, window.endsAt - now + bookEveryMs);
          return total;
        }),
      ),
    );
    for (const [index, window] of booking.entries()) {
      const total = totals?.[index];
      if (total === undefined) continue;
      window.booked = total;
      window.unbooked -= added[index] ?? 0;
    }
  };
  const add = (key: string, windowMs: number): Window => {
    const window = windowOf(key, windowMs, Date.now());
    window.unbooked++;
    dirty.add(window);
    timer ??= setTimeout(() => void book(), bookEveryMs).unref();
    return window;
  };
  const read = ({ booked, unbooked, endsAt }: Window): Counted => ({
    count: booked + unbooked,
    leftMs: endsAt - Date.now(),
  });

  return {
    count: (key, windowMs) => read(add(key, windowMs)),
    async countExactly(key, windowMs) {
      const window = add(key, windowMs);
      clearTimeout(timer);
      await book();
      return read(window);
    },
    close: () => clearTimeout(timer),
  };
}
