import { type Presence, presenceSubject, type UserId } from '@storm/contracts';
import type { Bus, Logger } from '@storm/runtime';
import type { PresenceStore } from '../store/presence.ts';
import { createRound } from './create-round.ts';
import { encodeJsonFrame } from './text-frame.ts';

/** Somebody who shows the presence of others. */
export interface Watcher {
  send(frame: Buffer): void;
}

export interface PresenceBoard {
  /** A socket of theirs is open; each call is undone by one of `leave`. */
  enter(userId: UserId): void;
  leave(userId: UserId): void;
  /** From now on the watcher is told of exactly these, beginning with how they stand. */
  watch(watcher: Watcher, userIds: readonly UserId[]): Promise<void>;
  unwatch(watcher: Watcher): void;
  stop(): void;
}

/**
 * Said again three times before it is forgotten; what a dead gateway said is noticed as late. In parts: the commands for
 * 5,000 people at once are 13 MiB of heap, and more than Redis answers in time.
 */
const refreshTurns = 20;
const refreshEveryMs = 20_000 / refreshTurns;
/** Who reloads a page has not left. */
const leaveAfterMs = 3_000;

/** Who is there: counted here, kept in Redis for the other gateways, told over plain NATS. */
export function createPresenceBoard(bus: Bus, store: PresenceStore, log: Logger): PresenceBoard {
  const here = new Map<UserId, number>();
  const leaving = new Map<UserId, NodeJS.Timeout>();
  const watchers = new Map<UserId, Set<Watcher>>();
  const watched = new Map<Watcher, readonly UserId[]>();
  const known = new Map<UserId, string>();

  const show = (presence: Presence): void => {
    const all = watchers.get(presence.userId);
    const text = JSON.stringify(presence);
    if (all === undefined || known.get(presence.userId) === text) return;
    known.set(presence.userId, text);
    const frame = encodeJsonFrame({ type: 'presence', ...presence });
    for (const watcher of all) watcher.send(frame);
  };
  const tell = (presence: Presence): void => {
    if (bus.isConnected) bus.connection.publish(presenceSubject(presence.userId), JSON.stringify(presence));
  };
  bus.onConnected((connection, isReconnect) => {
    if (isReconnect) return;
    connection.subscribe(presenceSubject('*'), {
      callback: (error, message) => {
        if (error) return log.error({ err: error }, 'presence');
        if (watchers.has(message.subject.slice(presenceSubject('' as UserId).length) as UserId)) {
          show(message.json<Presence>());
        }
      },
    });
  });
  const goAway = async (userId: UserId): Promise<void> => {
    leaving.delete(userId);
    here.delete(userId);
    const presence = await store.leave(userId);
    if (presence !== undefined && !here.has(userId)) tell(presence);
  };
  const nextHere = createRound(here, refreshTurns);
  const nextWatched = createRound(watchers, refreshTurns);
  const refresh = async (): Promise<void> => {
    const present = nextHere();
    if (present.length > 0) await store.enter(present);
    const shown = nextWatched();
    if (shown.length > 0) for (const presence of await store.find(shown)) show(presence);
  };
  const refreshing = setInterval(() => {
    refresh().catch((error: unknown) => log.warn({ err: error }, 'presence could not be refreshed'));
  }, refreshEveryMs);

  const unwatch = (watcher: Watcher): void => {
    for (const userId of watched.get(watcher) ?? []) {
      const all = watchers.get(userId);
      all?.delete(watcher);
      if (all?.size !== 0) continue;
      watchers.delete(userId);
      known.delete(userId);
    }
    watched.delete(watcher);
  };

  return {
    enter(userId) {
      clearTimeout(leaving.get(userId));
      leaving.delete(userId);
      const count = here.get(userId);
      here.set(userId, (count ?? 0) + 1);
      if (count !== undefined) return;
      const say = (): void => tell({ userId, online: true, lastSeenAt: null });
      store.enter([userId]).then(say, (error: unknown) => log.warn({ err: error }, 'presence'));
    },
    leave(userId) {
      const left = (here.get(userId) ?? 1) - 1;
      here.set(userId, left);
      if (left > 0) return;
      const timer = setTimeout(() => {
        goAway(userId).catch((error: unknown) => log.warn({ err: error }, 'presence'));
      }, leaveAfterMs);
      leaving.set(userId, timer.unref());
    },
    async watch(watcher, userIds) {
      unwatch(watcher);
      watched.set(watcher, userIds);
      for (const userId of userIds) watchers.set(userId, (watchers.get(userId) ?? new Set()).add(watcher));
      for (const presence of await store.find(userIds)) {
        if (watched.get(watcher) !== userIds) return;
        if (known.get(presence.userId) !== JSON.stringify(presence)) show(presence);
        else watcher.send(encodeJsonFrame({ type: 'presence', ...presence }));
      }
    },
    unwatch,
    stop() {
      clearInterval(refreshing);
      for (const timer of leaving.values()) clearTimeout(timer);
    },
  };
}
