import { againHeader, type UserId } from '@storm/contracts';
import { type Bus, findHeader, type Logger } from '@storm/runtime';
import type { Msg, MsgCallback, NatsConnection, Subscription } from 'nats';
import { createLiveEvents, type LiveEvent } from './live-event.ts';
import { subscribeLean } from './subscribe-lean.ts';

/** Someone who wants the events of rooms. */
export interface Listener {
  deliver(event: LiveEvent): void;
  /** Something of the moment, which is not an event and has no place. @param from who caused it */
  whisper(frame: Buffer, from: UserId): void;
}

export interface Room {
  /** One string for all who keep the names of their rooms. */
  readonly name: string;
  /** True once the server is known to have the subscription: from then on no event of the room is missed. */
  readonly isActive: boolean;
}

interface OpenRoom extends Room {
  readonly listeners: Set<Listener>;
  readonly subscription: Subscription;
  isActive: boolean;
}

export interface Interest {
  /** Adds the listener to a room; while the room is not active, `activated` must be awaited first. */
  join(room: string, listener: Listener): Room;
  leave(room: string, listener: Listener): void;
  hasRoom(room: string): boolean;
  /** Gives a frame to those who listen to a room now. */
  whisper(room: string, from: UserId, frame: Buffer): void;
  /** Resolves when every room joined so far is active. One round trip, shared by all who ask meanwhile. */
  activated(): Promise<void>;
  /** The last event heard, of any room: everything before it has been delivered to whoever was live. */
  readonly lastHeard: { sequence: number; timeMs: number } | null;
  readonly roomCount: number;
}

/**
 * Subscribes to the live subjects of exactly those conversations and users that someone here listens to.
 * Events come over one connection in the order of the stream, whatever their subject.
 */
export function createInterest(bus: Bus, epoch: () => string, log: Logger): Interest {
  const rooms = new Map<string, OpenRoom>();
  let inactive = new Set<OpenRoom>();
  let flushing: Promise<void> | undefined;
  let lastHeard: { sequence: number; timeMs: number } | null = null;

  const hear = (message: Msg): void => {
    const sequence = Number(findHeader(message, 'Nats-Sequence'));
    const timeMs = Date.parse(findHeader(message, 'Nats-Time-Stamp') ?? '');
    if (!(sequence > 0) || Number.isNaN(timeMs)) {
      return log.warn({ subject: message.subject }, 'a live message without its place in the stream');
    }
    lastHeard = { sequence, timeMs };
    const isAgain = findHeader(message, againHeader) !== undefined;
    const position = { epoch: epoch(), sequence, timeMs };
    for (const event of createLiveEvents(message.subject, position, message.data, isAgain)) {
      for (const listener of rooms.get(event.room)?.listeners ?? []) listener.deliver(event);
    }
  };
  /** One for all rooms: there are thousands. */
  const whenHeard: MsgCallback<Msg> = (error, message) => {
    if (error) log.error({ err: error }, 'a live subscription failed');
    else hear(message);
  };
  const open = (name: string, connection: NatsConnection): OpenRoom => {
    const subscription = subscribeLean(connection, `live.${name}.>`, whenHeard);
    const room: OpenRoom = { name, listeners: new Set<Listener>(), subscription, isActive: false };
    rooms.set(name, room);
    inactive.add(room);
    return room;
  };
  const flush = async (): Promise<void> => {
    const waiting = inactive;
    inactive = new Set();
    await bus.connection.flush();
    for (const room of waiting) room.isActive = true;
  };
  bus.onConnected((_connection, isReconnect) => {
    if (!isReconnect) return;
    // The library has subscribed again; until a flush says so, nothing is known to be heard.
    for (const room of rooms.values()) {
      room.isActive = false;
      inactive.add(room);
    }
  });

  return {
    join(name, listener) {
      const room = rooms.get(name) ?? open(name, bus.connection);
      room.listeners.add(listener);
      return room;
    },
    leave(name, listener) {
      const room = rooms.get(name);
      if (room === undefined) return;
      room.listeners.delete(listener);
      if (room.listeners.size > 0) return;
      room.subscription.unsubscribe();
      rooms.delete(name);
      inactive.delete(room);
    },
    hasRoom: (name) => rooms.has(name),
    whisper(name, from, frame) {
      for (const listener of rooms.get(name)?.listeners ?? []) listener.whisper(frame, from);
    },
    async activated() {
      // A flush under way may have left before the newest room: wait for it, then send one more if one is needed.
      while (flushing !== undefined) await flushing;
      if (inactive.size === 0) return;
      flushing = flush().finally(() => {
        flushing = undefined;
      });
      await flushing;
    },
    get lastHeard() {
      return lastHeard;
    },
    get roomCount() {
      return rooms.size;
    },
  };
}
