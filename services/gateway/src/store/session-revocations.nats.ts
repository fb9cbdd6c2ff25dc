import { DeliverPolicy, jetstream } from '@nats-io/jetstream';
import { type EventData, eventStream, sessionRevoked } from '@storm/contracts';
import type { Bus, Logger } from '@storm/runtime';
import type { NatsConnection } from 'nats';
import type { SessionRevocations } from '../domain/authenticate.ts';
import type { Cache } from './cache.redis.ts';

/** A revocation matters as long as a token of the session can live: 15 minutes, and a minute for clocks. */
const keepMs = 16 * 60_000;
const maxKept = 50_000;
const catchUpBatch = 500;
const catchUpTries = 20;

const redisKey = (sessionId: string): string => `revoked:${sessionId}`;

/**
 * Which sessions have ended. Heard live; at each connection also read from the event stream for as far back as a
 * token lives, so nothing is missed while NATS was away; and kept in Redis for gateways that know less.
 */
export function createRevocationFeed(bus: Bus, cache: Cache, log: Logger): SessionRevocations {
  const endedAt = new Map<string, number>();

  const forgetOld = (now: number): void => {
    for (const [sessionId, at] of endedAt) {
      if (at + keepMs > now && endedAt.size <= maxKept) return;
      endedAt.delete(sessionId);
    }
  };
  const end = (data: Uint8Array): void => {
    const { sessionId } = JSON.parse(Buffer.from(data).toString()) as EventData<typeof sessionRevoked>;
    if (endedAt.has(sessionId)) return;
    const now = Date.now();
    endedAt.set(sessionId, now);
    forgetOld(now);
    void cache.attempt((redis) => redis.set(redisKey(sessionId), '1', 'PX', keepMs));
  };
  bus.onConnected(async (connection, isReconnect) => {
    if (!isReconnect) {
      connection.subscribe(`live.user.*.${sessionRevoked.type}`, {
        callback: (error, message) => (error ? log.error({ err: error }, 'revocations') : end(message.data)),
      });
    }
    await catchUp(connection, end, log);
  });

  return {
    isRevoked: (sessionId) => endedAt.has(sessionId),
    async findRevoked(sessionId) {
      if (endedAt.has(sessionId)) return true;
      const kept = await cache.attempt((redis) => redis.exists(redisKey(sessionId)));
      if (kept === 1) endedAt.set(sessionId, Date.now());
      return kept === 1;
    },
  };
}

/** Reads the revocations of the last minutes. The stream may not be there yet: its owner makes it. */
async function catchUp(
  connection: NatsConnection,
  end: (data: Uint8Array) => void,
  log: Logger,
): Promise<void> {
  for (let tried = 1; tried <= catchUpTries; tried++) {
    try {
      const consumer = await jetstream(connection).consumers.get(eventStream.name, {
        filter_subjects: [`event.user.*.${sessionRevoked.type}`],
        deliver_policy: DeliverPolicy.StartTime,
        opt_start_time: new Date(Date.now() - keepMs).toISOString(),
      });
      let { num_pending: left } = await consumer.info();
      while (left > 0) {
        const batch = await consumer.fetch({ max_messages: Math.min(left, catchUpBatch), expires: 5_000 });
        let read = 0;
        for await (const message of batch) {
          end(message.data);
          read++;
          left = message.info.pending;
        }
        if (read === 0) break;
      }
      return;
    } catch (error) {
      if (connection.isClosed()) return;
      log.debug({ err: error, tried }, 'revocations cannot be read from the stream yet');
      await new Promise((resolve) => setTimeout(resolve, Math.min(tried * 250, 2_000)).unref());
    }
  }
  log.warn('revocations could not be read from the stream');
}
