import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import type { User, UserId } from '@storm/contracts';
import type { StormClient } from '../create-storm-client.ts';
import { retry } from '../retry.ts';

/** People by id; those who are asked for within a moment are fetched together. */
export interface Profiles {
  /** Undefined until it is known; asking for it fetches it. */
  profile(userId: UserId): ReadonlySignal<User | undefined>;
  learn(users: readonly User[]): void;
}

const gatherMs = 15;
const maxAtOnce = 100;

export function createProfiles(storm: StormClient, onFault: (error: unknown) => void): Profiles {
  const known = new Map<UserId, Signal<User | undefined>>();
  let wanted: UserId[] = [];

  const signalOf = (userId: UserId): Signal<User | undefined> => {
    const found = known.get(userId) ?? signal<User | undefined>(undefined);
    known.set(userId, found);
    return found;
  };
  const learn = (users: readonly User[]): void => {
    for (const user of users) signalOf(user.id).value = user;
  };
  async function fetchSome(ids: readonly UserId[]): Promise<void> {
    const query = { ids: ids.join(',') };
    const ask = () => storm.api.findUsers({ query });
    const { users } = await retry(ask, { withinMs: Number.POSITIVE_INFINITY });
    learn(users);
  }
  function fetchWanted(): void {
    for (; wanted.length > 0; wanted = wanted.slice(maxAtOnce))
      fetchSome(wanted.slice(0, maxAtOnce)).catch(onFault);
  }
  return {
    learn,
    profile(userId) {
      const isNew = !known.has(userId);
      const found = signalOf(userId);
      if (isNew) {
        if (wanted.push(userId) === 1) setTimeout(fetchWanted, gatherMs);
      }
      return found;
    },
  };
}
