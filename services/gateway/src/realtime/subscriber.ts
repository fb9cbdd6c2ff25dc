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
import type { Realtime } from './create-realtime.ts';
import type { Listener } from './interest.ts';
import type { ResyncReason } from './judge-cursor.ts';
import type { LiveEvent } from './live-event.ts';

/** Whom the events are for: the socket. */
export interface SubscriberHost {
  send(frame: Buffer): void;
  /** Resolves when it can take more. */
  drained(): Promise<void>;
  /** The events after the cursor cannot be given; live events follow. */
  resync(reason: ResyncReason, cursor: string): void;
  /** More events wait for a replay than may be held. */
  tooSlow(): void;
  sessionRevoked(sessionId: string): void;
  /** Catching up failed (the bus went away): the client must come again with its cursor. */
  lost(error: unknown): void;
}

const maxWaitingEvents = 10_000;
const noRooms: ReadonlySet<string> = new Set();
const settled: Promise<void> = Promise.resolve();

/**
 * One socket's view of the event stream: which rooms it is in, and what it has been given.
 * Always in this order: subscribe, ask for the memberships, replay, then the live events that came meanwhile, without
 * those that the replay gave. So there is no hole between the replay and the live stream, and nobody hears a room that
 * he has left.
 */
export class Subscriber implements Listener {
  readonly #userId: UserId;
  readonly #realtime: Realtime;
  readonly #host: SubscriberHost;
  readonly #rooms = new Set<string>();
  #waiting: LiveEvent[] | null = [];
  /** What the last replay gave: up to which event, and of which rooms. */
  #replayedUpTo = 0;
  #replayedRooms = noRooms;
  #isStopped = false;
  #catchingUp = settled;

  constructor(userId: UserId, realtime: Realtime, host: SubscriberHost) {
    this.#userId = userId;
    this.#realtime = realtime;
    this.#host = host;
  }

  /** Joins the rooms of the user and of all conversations that the user is in. @returns the stream's end. */
  async join(): Promise<string> {
    await this.#enterAll();
    return encodeCursor(await this.#realtime.end.ask());
  }

  /** Replays what came after the cursor (nothing without one), then goes live. */
  async resume(cursor: string | undefined): Promise<void> {
    if (cursor !== undefined) await this.#catchUp(decodeCursor(cursor));
    this.#release();
  }

  /** Keeps events back from now on; `catchUpFrom` lets them go. For when the bus was lost. */
  hold(): void {
    this.#waiting ??= [];
  }

  catchUpFrom(position: StreamPosition): Promise<void> {
    this.hold();
    this.#catchingUp = this.#catchingUp
      .then(async () => {
        if (this.#isStopped) return;
        await this.#enterAll();
        await this.#catchUp(position);
        this.#release();
      })
      .catch((error: unknown) => this.#host.lost(error));
    return this.#catchingUp;
  }

  get isLive(): boolean {
    return this.#waiting === null;
  }

  /** Whether the user is in this conversation. */
  isIn(conversationId: ConversationId): boolean {
    return this.#rooms.has(`conversation.${conversationId}`);
  }

  stop(): void {
    this.#isStopped = true;
    for (const room of this.#rooms) this.#realtime.interest.leave(room, this);
    this.#rooms.clear();
    this.#waiting = null;
  }

  deliver(event: LiveEvent): void {
    // Whoever is not live yet may need what is told again: a replay under way may come too late for its first place.
    if (this.#waiting === null) return event.isAgain ? undefined : this.#give(event);
    if (this.#waiting.push(event) > maxWaitingEvents) this.#host.tooSlow();
  }

  whisper(frame: Buffer, from: UserId): void {
    if (from !== this.#userId) this.#host.send(frame);
  }

  /** @returns whether everything said in it from now on is heard. */
  #enter(room: string): boolean {
    const { name, isActive } = this.#realtime.interest.join(room, this);
    this.#rooms.add(name);
    return isActive;
  }

  #leave(room: string): void {
    this.#rooms.delete(room);
    this.#realtime.interest.leave(room, this);
  }

  #give(event: LiveEvent): void {
    this.#host.send(event.frame);
    // Whatever is caught up on from here on comes after this event: what the last replay gave cannot come again.
    if (!this.#isReplayed(event)) this.#replayedRooms = noRooms;
    if (event.isControl) this.#obey(event);
  }

  #obey(event: LiveEvent): void {
    const data = JSON.parse(Buffer.from(event.data).toString()) as Record<string, string>;
    const room = `conversation.${data.conversationId}`;
    if (event.type === sessionRevoked.type) this.#host.sessionRevoked(data.sessionId ?? '');
    if (event.type === conversationLeft.type) this.#leave(room);
    if (event.type === memberRemoved.type && data.userId === this.#userId) this.#leave(room);
    if (event.type === conversationJoined.type && !this.#rooms.has(room)) {
      const isHeard = this.#enter(room);
      // Nobody here listened to it, or we did not: what was said since this event is replayed.
      const { sequence, timeMs } = event;
      if (!isHeard || this.#isReplayed(event)) {
        void this.catchUpFrom({ epoch: this.#realtime.end.epoch, sequence, timeMs });
      }
    }
  }

  #isReplayed(event: LiveEvent): boolean {
    return event.sequence <= this.#replayedUpTo;
  }

  async #enterAll(): Promise<void> {
    const { interest, listMemberships } = this.#realtime;
    const ownRoom = `user.${this.#userId}`;
    this.#enter(ownRoom);
    await interest.activated();
    // Asked once our own room is heard: of whatever changes after the answer we are told.
    const wanted = new Set([ownRoom]);
    for (const id of await listMemberships(this.#userId)) wanted.add(`conversation.${id}`);
    if (this.#isStopped) return;
    for (const room of wanted) if (!this.#rooms.has(room)) this.#enter(room);
    for (const room of [...this.#rooms]) if (!wanted.has(room)) this.#leave(room);
    await interest.activated();
  }

  async #catchUp(cursor: StreamPosition | null): Promise<void> {
    const givenUpTo = this.#replayedUpTo;
    const givenRooms = this.#replayedRooms;
    const deliver = (event: LiveEvent): void => {
      if (this.#isStopped || !this.#rooms.has(event.room)) return;
      if (event.sequence <= givenUpTo && givenRooms.has(event.room)) return;
      this.#host.send(event.frame);
      // Memberships are those of now, but for what was heard live since they were asked for: who has left meanwhile
      // hears nothing more; who has joined is caught up when this replay is over.
      const isNews =
        event.isControl && event.type !== conversationJoined.type && this.#isWaitingFor(event.sequence);
      if (event.type === sessionRevoked.type || isNews) this.#obey(event);
    };
    const drained = (): Promise<void> => this.#host.drained();
    const result = await this.#realtime.replay.catchUp({ cursor, rooms: this.#rooms, drained, deliver });
    if (this.#isStopped) return;
    this.#replayedUpTo = result.status === 'resync' ? 0 : result.upTo.sequence;
    this.#replayedRooms = new Set(this.#rooms);
    if (result.status === 'resync') this.#host.resync(result.reason, encodeCursor(result.end));
  }

  #isWaitingFor(sequence: number): boolean {
    return this.#waiting?.some((event) => event.sequence === sequence) ?? false;
  }

  #release(): void {
    const held = this.#waiting ?? [];
    this.#waiting = null;
    for (let index = 0; index < held.length && this.isLive; index++) {
      const event = held[index];
      if (event === undefined || !this.#rooms.has(event.room)) continue;
      if (!this.#isReplayed(event)) this.#give(event);
      else if (event.isControl) this.#obey(event);
      // The event opened a room that must be caught up first: the rest waits again.
      if (!this.isLive) this.#waiting = held.slice(index + 1);
    }
  }
}
