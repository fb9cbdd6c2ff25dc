import type { User, UserId } from '@storm/contracts';
import { Problem, runtimeProblems } from '@storm/runtime';
import type { Cache } from './cache.redis.ts';
import type { Profiles } from './profiles.ts';
import type { UserService } from './user-service.ts';

const keepMs = 60_000;
/** What the user service takes in one question. */
const maxIdsPerQuestion = 100;

const redisKey = (id: UserId): string => `profile:${id}`;

/** The user service's answers, kept in Redis for a minute; the same profile is asked for once at a time. */
export function createProfiles(users: UserService, cache: Cache): Profiles {
  const asking = new Map<UserId, Promise<ReadonlyMap<UserId, string>>>();

  const ask = async (ids: readonly UserId[], authorization: string): Promise<ReadonlyMap<UserId, string>> => {
    const answer = await users.ask({
      method: 'GET',
      path: `/users?ids=${ids.join(',')}`,
      headers: { authorization },
    });
    if (answer.status !== 200) throw readProblem(answer.body);
    const { users: list } = JSON.parse(answer.body.toString()) as { users: User[] };
    return new Map(list.map((user) => [user.id, JSON.stringify(user)]));
  };
  const keep = async (found: ReadonlyMap<UserId, string>): Promise<void> => {
    if (found.size > 0) await cache.attempt((redis) => storeAll(redis.pipeline(), found).exec());
  };
  const shared = (ids: readonly UserId[], authorization: string): Promise<ReadonlyMap<UserId, string>>[] => {
    const fresh = ids.filter((id) => !asking.has(id));
    for (let from = 0; from < fresh.length; from += maxIdsPerQuestion) {
      const chunk = fresh.slice(from, from + maxIdsPerQuestion);
      const asked = ask(chunk, authorization);
      const forget = (): void => {
        for (const id of chunk) asking.delete(id);
      };
      // Until it is kept: who looked into Redis before that, and is told a tick later, still finds the question here.
      asked.then(keep).then(
        () => setImmediate(forget),
        () => forget(),
      );
      for (const id of chunk) asking.set(id, asked);
    }
    return [...new Set(ids.map((id) => asking.get(id) ?? Promise.resolve(new Map<UserId, string>())))];
  };

  return {
    async find(ids, authorization) {
      const found = new Map<UserId, string>();
      const kept = (await cache.attempt((redis) => redis.mget(ids.map(redisKey)))) ?? [];
      const missing: UserId[] = [];
      for (const [index, id] of ids.entries()) {
        const profile = kept[index];
        if (typeof profile === 'string') found.set(id, profile);
        else missing.push(id);
      }
      for (const answer of await Promise.all(shared(missing, authorization))) {
        for (const [id, profile] of answer) found.set(id, profile);
      }
      return found;
    },
  };
}

function storeAll<P extends { set(key: string, value: string, unit: 'PX', ms: number): unknown }>(
  pipeline: P,
  profiles: ReadonlyMap<UserId, string>,
): P {
  for (const [id, profile] of profiles) pipeline.set(redisKey(id), profile, 'PX', keepMs);
  return pipeline;
}

function readProblem(body: Buffer): Problem {
  try {
    return Problem.fromBody(JSON.parse(body.toString()));
  } catch (cause) {
    return runtimeProblems['service-unavailable']({ detail: 'the user service gave no clear answer', cause });
  }
}
