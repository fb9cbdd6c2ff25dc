import {
  type ConversationId,
  conversationJoined,
  conversationLeft,
  decodeCursor,
  encodeCursor,
  memberRemoved,
  type StreamPosition,
  sessionRevoked,
  type UserId,
} from '@storm/contracts';
import type { Interest, Listener } from './interest.ts';
import type { ResyncReason } from './judge-cursor.ts';
import type { LiveEvent } from './live-event.ts';
import type { Replay } from './replay.ts';
import type { EventStreamEnd } from './stream-end.ts';

export interface SubscriberOptions {
  userId: UserId;
  interest: Interest;
  replay: Replay;
  end: EventStreamEnd;
  listMemberships(userId: UserId): Promise<readonly ConversationId[]>;
  send(frame: Buffer): void;
  drained(): Promise<void>;
  /** The events after the cursor cannot be given; live events follow. */
  onResync(reason: ResyncReason, cursor: string): void;
  /** More events wait for a replay than may be held. */
  onOverflow(): void;
  onSessionRevoked(sessionId: string): void;
  /** Catching up failed (the bus went away): the client must come again with its cursor. */
  onLost(error: unknown): void;
}

export interface Subscriber {
  /** Joins the rooms of the user and of all conversations that the user is in. @returns the stream's end. */
  join(): Promise<string>;
  /** Replays what came after the cursor (nothing without one), then goes live. */
  resume(cursor: string | undefined): Promise<void>;
  /** Keeps events back from now on; `catchUpFrom` lets them go. For when the bus was lost. */
  hold(): void;
  catchUpFrom(position: StreamPosition): Promise<void>;
  readonly isLive: boolean;
  /** Whether the user is in this conversation. */
  isIn(conversationId: ConversationId): boolean;
  stop(): void;
}

const maxWaitingEvents = 10_000;

/**
 * One socket's view of the event stream: which rooms it is in, and what it has been given.
 * Always in this order: subscribe, ask for the memberships, replay, then the live events that came meanwhile, without
 * those that the replay gave. So there is no hole between the replay and the live stream, and nobody hears a room that
 * he has left.
 */
export function createSubscriber(options: SubscriberOptions): Subscriber {
  const { userId, interest, replay, end } = options;
  const ownRoom = `user.${userId}`;
  const rooms = new Set<string>();
  let waiting: LiveEvent[] | null = [];
  /** What the last replay gave: up to which event, and of which rooms. */
  let replayedUpTo = 0;
  let replayedRooms: ReadonlySet<string> = new Set();
  let stopped = false;
  let catchingUp: Promise<void> = Promise.resolve();

  const listener: Listener = {
    deliver(event) {
      if (waiting === null) return give(event);
      if (waiting.push(event) > maxWaitingEvents) options.onOverflow();
    },
    whisper(frame, from) {
      if (from !== userId) options.send(frame);
    },
  };
  const enter = (room: string): boolean => {
    rooms.add(room);
    return interest.join(room, listener);
  };
  const leave = (room: string): void => {
    rooms.delete(room);
    interest.leave(room, listener);
  };
  const give = (event: LiveEvent): void => {
    options.send(event.frame);
    if (event.isControl) obey(event);
  };
  const obey = (event: LiveEvent): void => {
    const data = JSON.parse(Buffer.from(event.data).toString()) as Record<string, string>;
    const room = `conversation.${data.conversationId}`;
    if (event.type === sessionRevoked.type) options.onSessionRevoked(data.sessionId ?? '');
    if (event.type === conversationLeft.type) leave(room);
    if (event.type === memberRemoved.type && data.userId === userId) leave(room);
    if (event.type === conversationJoined.type && !rooms.has(room) && (!enter(room) || isReplayed(event))) {
      // Nobody here listened to it, or we did not: what was said since this event is replayed.
      void catchUpThenRelease({ epoch: end.epoch, sequence: event.sequence, timeMs: event.timeMs });
    }
  };
  const isReplayed = (event: LiveEvent): boolean => event.sequence <= replayedUpTo;
  const isWaitingFor = (sequence: number): boolean =>
    waiting?.some((event) => event.sequence === sequence) ?? false;
  const enterAll = async (): Promise<void> => {
    enter(ownRoom);
    await interest.activated();
    // Asked once our own room is heard: of whatever changes after the answer we are told.
    const wanted = new Set([ownRoom]);
    for (const id of await options.listMemberships(userId)) wanted.add(`conversation.${id}`);
    if (stopped) return;
    for (const room of wanted) if (!rooms.has(room)) enter(room);
    for (const room of [...rooms]) if (!wanted.has(room)) leave(room);
    await interest.activated();
  };
  const catchUp = async (cursor: StreamPosition | null): Promise<void> => {
    const givenUpTo = replayedUpTo;
    const givenRooms = replayedRooms;
    const deliver = (event: LiveEvent): void => {
      if (stopped || !rooms.has(event.room)) return;
      if (event.sequence <= givenUpTo && givenRooms.has(event.room)) return;
      options.send(event.frame);
      // Memberships are those of now, but for what was heard live since they were asked for: who has left meanwhile
      // hears nothing more; who has joined is caught up when this replay is over.
      const isNews =
        event.isControl && event.type !== conversationJoined.type && isWaitingFor(event.sequence);
      if (event.type === sessionRevoked.type || isNews) obey(event);
    };
    const result = await replay.catchUp({ cursor, rooms, drained: options.drained, deliver });
    if (stopped) return;
    replayedUpTo = result.status === 'resync' ? 0 : result.upTo.sequence;
    replayedRooms = new Set(rooms);
    if (result.status === 'resync') options.onResync(result.reason, encodeCursor(result.end));
  };
  const release = (): void => {
    const held = waiting ?? [];
    waiting = null;
    for (let index = 0; index < held.length && waiting === null; index++) {
      const event = held[index];
      if (event === undefined || !rooms.has(event.room)) continue;
      if (!isReplayed(event)) give(event);
      else if (event.isControl) obey(event);
      // The event opened a room that must be caught up first: the rest waits again.
      if (isWaiting()) waiting = held.slice(index + 1);
    }
  };
  const isWaiting = (): boolean => waiting !== null;
  const catchUpThenRelease = (cursor: StreamPosition | null): Promise<void> => {
    waiting ??= [];
    catchingUp = catchingUp
      .then(async () => {
        if (stopped) return;
        await enterAll();
        await catchUp(cursor);
        release();
      })
      .catch(options.onLost);
    return catchingUp;
  };

  return {
    async join() {
      await enterAll();
      return encodeCursor(await end.ask());
    },
    async resume(cursor) {
      if (cursor !== undefined) await catchUp(decodeCursor(cursor));
      release();
    },
    hold() {
      waiting ??= [];
    },
    catchUpFrom: catchUpThenRelease,
    get isLive() {
      return waiting === null;
    },
    isIn: (conversationId) => rooms.has(`conversation.${conversationId}`),
    stop() {
      stopped = true;
      for (const room of rooms) interest.leave(room, listener);
      rooms.clear();
      waiting = null;
    },
  };
}
