import type { User } from '@storm/contracts';
import { useEffect, useState } from 'preact/hooks';
import { folded } from '../text/names.ts';
import type { Chat } from './chat.ts';
import { tellFault } from './faults.ts';

const waitMs = 180;

/** People that one already talks with, then whoever the platform finds by name or username. */
export function usePeople(chat: Chat, typed: string): { people: readonly User[]; isSearching: boolean } {
  const [found, setFound] = useState<readonly User[]>([]);
  const [isSearching, setSearching] = useState(false);
  const wanted = typed.trim().toLowerCase().replace(/^@/, '').slice(0, 64);
  useEffect(() => {
    setFound([]);
    if (wanted === '') return setSearching(false);
    const stop = new AbortController();
    setSearching(true);
    const timer = setTimeout(() => {
      chat.storm.api
        .searchUsers({ query: { q: wanted } }, { signal: stop.signal })
        .then(({ users }) => setFound(users))
        .catch((error: unknown) => {
          if (!stop.signal.aborted) tellFault(error);
        })
        .finally(() => {
          if (!stop.signal.aborted) setSearching(false);
        });
    }, waitMs);
    return () => {
      stop.abort();
      clearTimeout(timer);
    };
  }, [wanted, chat]);
  const known = knownPeople(chat).filter(
    ({ displayName, username: name }) =>
      wanted === '' || folded(displayName).includes(folded(wanted)) || name.includes(wanted),
  );
  const ids = new Set(known.map(({ id }) => id));
  const others = found.filter(({ id }) => !ids.has(id) && id !== chat.user.id);
  return { people: [...known, ...others], isSearching };
}

export function knownPeople(chat: Chat): User[] {
  const people = new Map<string, User>();
  for (const id of chat.model.order.value) {
    const peerId = chat.model.conversation(id).value?.peerId;
    const peer = peerId ? chat.model.profile(peerId).value : undefined;
    if (peer !== undefined) people.set(peer.id, peer);
  }
  return [...people.values()];
}
