import type { CachedState } from '@storm/client/model';
import type { ConversationId, ConversationSummary, Message, User, UserId } from '@storm/contracts';
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

interface CachedTimeline {
  /** User and conversation. */
  readonly id: string;
  readonly userId: UserId;
  readonly conversationId: ConversationId;
  readonly messages: readonly Message[];
  /** Who speaks in it. */
  readonly users: readonly User[];
  readonly seenAtMs: number;
}

interface Schema extends DBSchema {
  lists: {
    key: string;
    value: {
      readonly userId: UserId;
      readonly conversations: readonly ConversationSummary[];
      readonly users: readonly User[];
    };
  };
  timelines: { key: string; value: CachedTimeline; indexes: { userId: string } };
}

const maxTimelines = 30;
const idOf = (userId: UserId, conversationId: ConversationId): string => `${userId} ${conversationId}`;

/** Apart from what people have written, so that it can change its form, or be thrown away, without a thought. */
const open = (): Promise<IDBPDatabase<Schema>> => {
  opened ??= openDB<Schema>('storm-cache', 1, {
    upgrade(database) {
      database.createObjectStore('lists', { keyPath: 'userId' });
      database.createObjectStore('timelines', { keyPath: 'id' }).createIndex('userId', 'userId');
    },
    terminated() {
      opened = undefined;
    },
  });
  return opened;
};
let opened: Promise<IDBPDatabase<Schema>> | undefined;

export async function keepList(
  userId: UserId,
  conversations: readonly ConversationSummary[],
  users: readonly User[],
): Promise<void> {
  await (await open()).put('lists', { userId, conversations, users });
}

export async function keepTimeline(
  userId: UserId,
  conversationId: ConversationId,
  messages: readonly Message[],
  users: readonly User[],
): Promise<void> {
  const id = idOf(userId, conversationId);
  const seenAtMs = Date.now();
  await (await open()).put('timelines', { id, userId, conversationId, messages, users, seenAtMs });
}

/** The list, with the timeline of one conversation if that was kept. */
export async function recallList(
  userId: UserId,
  conversationId: ConversationId | null,
): Promise<CachedState | undefined> {
  const database = await open();
  const [list, timeline] = await Promise.all([
    database.get('lists', userId),
    conversationId === null ? undefined : database.get('timelines', idOf(userId, conversationId)),
  ]);
  if (list === undefined) return undefined;
  const users = [...list.users, ...(timeline?.users ?? [])];
  return { conversations: list.conversations, users, timelines: timelinesOf(timeline ? [timeline] : []) };
}

/** Every timeline that was kept; those that were looked at long ago are let go. */
export async function recallTimelines(userId: UserId): Promise<CachedState> {
  const database = await open();
  const all = (await database.getAllFromIndex('timelines', 'userId', userId)).toSorted(
    (one, other) => other.seenAtMs - one.seenAtMs,
  );
  await Promise.all(all.slice(maxTimelines).map(({ id }) => database.delete('timelines', id)));
  const kept = all.slice(0, maxTimelines);
  return { conversations: [], users: kept.flatMap(({ users }) => users), timelines: timelinesOf(kept) };
}

const timelinesOf = (all: readonly CachedTimeline[]): CachedState['timelines'] =>
  new Map(all.map(({ conversationId, messages }) => [conversationId, messages]));

/** Nobody is signed in here any more. */
export async function forgetCached(): Promise<void> {
  const database = await open();
  await Promise.all([database.clear('lists'), database.clear('timelines')]);
}
