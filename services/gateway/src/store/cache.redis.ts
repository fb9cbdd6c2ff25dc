import type { Logger } from '@storm/runtime';
import { Redis } from 'ioredis';

/** Redis as a cache: whatever happens to it, nobody waits for it longer than `commandTimeoutMs` and nothing fails. */
export interface Cache {
  /** Runs a command. @returns undefined when Redis did not answer, or is left alone because it just did not. */
  attempt<T>(command: (redis: Redis) => Promise<T>): Promise<T | undefined>;
  /** Resolves when Redis is there for the first time. */
  readonly first: Promise<void>;
  ping(): Promise<void>;
  close(): void;
}

const commandTimeoutMs = 200;
const probeEveryMs = 1_000;

/**
 * Starts connecting and returns at once. A command that fails opens the circuit: further ones are given up at once
 * until a probe in the background is answered, so a frozen Redis costs a few requests 200 ms and the rest nothing.
 */
export function createCache(url: string, log: Logger): Cache {
  const redis = new Redis(url, {
    lazyConnect: true,
    enableOfflineQueue: false,
    enableAutoPipelining: true,
    maxRetriesPerRequest: 1,
    commandTimeout: commandTimeoutMs,
    connectTimeout: 1_000,
    // A peer that vanished without a word: connect anew rather than wait for TCP to notice.
    socketTimeout: 5_000,
    retryStrategy: (tries) => Math.min(tries * 100, 1_000),
  });
  let answers = false;
  let isClosed = false;
  let probe: NodeJS.Timeout | undefined;

  const trust = (): void => {
    if (answers) return;
    answers = true;
    log.info('redis answers');
  };
  const distrust = (error: unknown): void => {
    if (!answers || isClosed) return;
    answers = false;
    clearTimeout(probe);
    log.warn({ err: error }, 'redis does not answer: going on without the cache');
    probe = setTimeout(ask, probeEveryMs).unref();
  };
  const ask = (): void => {
    if (isClosed || answers) return;
    redis.ping().then(trust, () => {
      probe = setTimeout(ask, probeEveryMs).unref();
    });
  };
  const first = new Promise<void>((resolve) => redis.once('ready', () => resolve()));
  redis.on('ready', trust);
  redis.on('close', () => distrust(new Error('connection closed')));
  redis.on('error', (error) => log.debug({ err: error }, 'redis connection'));
  redis.connect().catch((error: unknown) => log.warn({ err: error }, 'redis is not there yet'));

  return {
    async attempt(command) {
      if (!answers) return undefined;
      try {
        return await command(redis);
      } catch (error) {
        distrust(error);
        return undefined;
      }
    },
    first,
    async ping() {
      await redis.ping();
    },
    close() {
      isClosed = true;
      clearTimeout(probe);
      redis.disconnect();
    },
  };
}
