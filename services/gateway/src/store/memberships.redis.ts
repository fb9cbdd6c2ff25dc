import {
  type ConversationId,
  type EventData,
  isMember as isMemberQuery,
  memberAdded,
  memberRemoved,
  type UserId,
} from '@storm/contracts';
import { type Bus, type Logger, request } from '@storm/runtime';
import type { Msg } from 'nats';
import type { Cache } from './cache.redis.ts';
import type { Memberships } from './memberships.ts';

const keepMs = 30_000;
/** Longer than any answer takes: a fill that started before the change must find the change still there. */
const keepChangeMs = 60_000;

/**
 * The value is `<1|0>:<time of the event, µs>`; gateways that hear events late do not undo what a later event wrote.
 * The time and not the sequence: a stream that was rolled back gives sequences again.
 */
const writeChange = `
local kept = redis.call('GET', KEYS[1])
if kept and tonumber(string.sub(kept, 3)) > tonumber(ARGV[2]) then return 0 end
redis.call('SET', KEYS[1], ARGV[1] .. ':' .. ARGV[2], 'PX', ARGV[3])
return 1`;

const redisKey = (userId: UserId, conversationId: ConversationId): string =>
  `member:${conversationId}:${userId}`;

/**
 * Who is in which conversation, for a short while. A fill never overwrites (SET NX), an event always does, so a
 * member who was removed loses access at once and a fill that was under way cannot bring it back.
 */
export function createMemberships(bus: Bus, cache: Cache, log: Logger): Memberships {
  /** After a pause of the bus, events may have been missed: what was kept before it is not believed. */
  let believeFrom = 0;

  const write = (userId: UserId, conversationId: ConversationId, flag: '0' | '1', message: Msg): void => {
    const timeUs = microseconds(message.headers?.get('Nats-Time-Stamp') ?? '');
    void cache.attempt((redis) =>
      redis.eval(
        writeChange,
        1,
        redisKey(userId, conversationId),
        flag,
        String(timeUs),
        String(keepChangeMs),
      ),
    );
  };
  bus.onConnected((connection, isReconnect) => {
    if (isReconnect) {
      believeFrom = Date.now() + keepMs;
      return;
    }
    const hear = (type: string, heard: (message: Msg) => void): void => {
      connection.subscribe(`live.conversation.*.${type}`, {
        callback: (error, message) => (error ? log.error({ err: error }, 'memberships') : heard(message)),
      });
    };
    hear(memberAdded.type, (message) => {
      const { conversationId, member } = message.json<EventData<typeof memberAdded>>();
      write(member.userId, conversationId, '1', message);
    });
    hear(memberRemoved.type, (message) => {
      const { conversationId, userId } = message.json<EventData<typeof memberRemoved>>();
      write(userId, conversationId, '0', message);
    });
  });

  return {
    async isMember(userId, conversationId) {
      const key = redisKey(userId, conversationId);
      if (Date.now() >= believeFrom) {
        const kept = await cache.attempt((redis) => redis.get(key));
        if (typeof kept === 'string') return kept.startsWith('1');
      }
      const { isMember } = await request(bus, isMemberQuery, { userId, conversationId });
      void cache.attempt((redis) => redis.set(key, isMember ? '1:0' : '0:0', 'PX', keepMs, 'NX'));
      return isMember;
    },
  };
}

/** Of an RFC 3339 time with a fraction of any length, exactly: who joins and leaves may do so within a millisecond. */
function microseconds(time: string): number {
  const [, second = '', fraction = ''] = /^([^.Z]+)(?:\.(\d+))?Z$/.exec(time) ?? [];
  const secondMs = new Date(`${second}Z`).getTime();
  return Number.isNaN(secondMs) ? 1 : secondMs * 1_000 + Number(fraction.padEnd(6, '0').slice(0, 6));
}
