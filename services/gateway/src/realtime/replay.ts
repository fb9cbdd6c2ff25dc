import { jetstreamManager } from '@nats-io/jetstream';
import { eventStream, type StreamPosition } from '@storm/contracts';
import type { Bus, Logger } from '@storm/runtime';
import { createInbox, type Msg, type NatsConnection } from 'nats';
import { judgeCursor, type ResyncReason } from './judge-cursor.ts';
import { createLiveEvents, type LiveEvent } from './live-event.ts';
import type { EventStreamEnd, StreamEnd } from './stream-end.ts';

/** One who is behind. */
export interface ReplayRequest {
  readonly cursor: StreamPosition | null;
  readonly rooms: Iterable<string>;
  deliver(event: LiveEvent): void;
  /** Resolves when it can take more; the replay waits for the slowest, within a bound. */
  drained(): Promise<void>;
}

export type ReplayResult =
  /** Everything up to `upTo` was delivered. */
  { status: 'caught-up'; upTo: StreamEnd } | { status: 'resync'; reason: ResyncReason; end: StreamEnd };

export interface Replay {
  /** Delivers the events of the rooms after the cursor, in order, or says why that cannot be. */
  catchUp(request: ReplayRequest): Promise<ReplayResult>;
}

interface Ticket {
  request: ReplayRequest;
  resolve(result: ReplayResult): void;
  reject(error: unknown): void;
}

/** Who comes within this time shares one replay. */
const gatherMs = 20;
const silentForMs = 5_000;
const slowestMayTakeMs = 2_000;

/**
 * Replays share one unfiltered push consumer from the lowest cursor: the last 100,000 events of a million pass in
 * 0.43 s, where a consumer per client with its own filters turns a herd of reconnects into minutes.
 */
export function createReplay(bus: Bus, end: EventStreamEnd, log: Logger): Replay {
  let gathering: Ticket[] = [];

  const run = async (tickets: Ticket[]): Promise<void> => {
    try {
      const until = await end.ask();
      const behind: Follower[] = [];
      for (const ticket of tickets) {
        const verdict = judgeCursor(ticket.request.cursor, until);
        if (verdict === 'replay') behind.push(createFollower(ticket));
        else if (verdict === 'current') ticket.resolve({ status: 'caught-up', upTo: until });
        else ticket.resolve({ status: 'resync', reason: verdict, end: until });
      }
      if (behind.length > 0) await follow(bus.connection, bus.inboxPrefix, behind, until);
      for (const one of behind) one.finish(until);
    } catch (error) {
      log.warn({ err: error, waiting: tickets.length }, 'replay failed');
      for (const ticket of tickets) ticket.reject(error);
    }
  };
  return {
    catchUp(request) {
      return new Promise((resolve, reject) => {
        gathering.push({ request, resolve, reject });
        if (gathering.length > 1) return;
        setTimeout(() => {
          const tickets = gathering;
          gathering = [];
          void run(tickets);
        }, gatherMs);
      });
    },
  };
}

interface Follower {
  readonly from: StreamPosition;
  readonly request: ReplayRequest;
  isRefused: boolean;
  finish(end: StreamEnd): void;
}

function createFollower({ request, resolve }: Ticket): Follower {
  const follower: Follower = {
    from: request.cursor ?? { epoch: '', sequence: 0, timeMs: 0 },
    request,
    isRefused: false,
    finish(end) {
      if (this.isRefused) resolve({ status: 'resync', reason: 'past-end', end });
      else resolve({ status: 'caught-up', upTo: end });
    },
  };
  return follower;
}

/** Reads the stream once from the lowest cursor to `until` and gives every follower its part. */
async function follow(
  connection: NatsConnection,
  inboxPrefix: string,
  followers: readonly Follower[],
  until: StreamEnd,
): Promise<void> {
  const byRoom = new Map<string, Follower[]>();
  for (const follower of followers) {
    for (const room of follower.request.rooms) byRoom.set(room, [...(byRoom.get(room) ?? []), follower]);
  }
  const cursors = new Map<number, Follower[]>();
  for (const one of followers)
    cursors.set(one.from.sequence, [...(cursors.get(one.from.sequence) ?? []), one]);
  const first = Math.max(1, Math.min(...cursors.keys()));
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const inbox = createInbox(inboxPrefix);

  await new Promise<void>((resolve, reject) => {
    let silence: NodeJS.Timeout;
    const done = (error?: Error): void => {
      clearTimeout(silence);
      subscription.unsubscribe();
      if (error) reject(error);
      else resolve();
    };
    const listenOn = (): void => {
      clearTimeout(silence);
      silence = setTimeout(() => done(new Error(`the replay was silent for ${silentForMs} ms`)), silentForMs);
    };
    const take = (message: Msg): void => {
      const { sequence, timeMs } = placeOf(message);
      // A cursor's own event is checked, and given only where it was given in part: another one there means that the
      // stream was rolled back.
      for (const one of cursors.get(sequence) ?? []) one.isRefused = one.from.timeMs !== timeMs;
      if (sequence <= until.sequence) {
        const position = { epoch: until.epoch, sequence, timeMs };
        for (const event of createLiveEvents(message.subject, position, message.data, false)) {
          for (const one of byRoom.get(event.room) ?? []) {
            if (!one.isRefused && isBehind(one.from, event)) one.request.deliver(event);
          }
        }
      }
      if (sequence >= until.sequence) done();
    };
    const subscription = connection.subscribe(inbox, {
      callback: (error, message) => {
        if (error) return done(error);
        listenOn();
        if (message.subject !== inbox) return take(message);
        // Flow control: the server goes on when it is answered, so a slow reader slows the replay and not the memory.
        const answerTo = message.reply || message.headers?.get('Nats-Consumer-Stalled');
        if (answerTo) void allDrained(followers).then(() => connection.publish(answerTo));
      },
    });
    listenOn();
    manager.consumers
      .add(eventStream.name, {
        deliver_subject: inbox,
        deliver_policy: 'by_start_sequence',
        opt_start_seq: first,
        ack_policy: 'none',
        mem_storage: true,
        num_replicas: 1,
        flow_control: true,
        idle_heartbeat: 1e9,
        inactive_threshold: 10e9,
      })
      .catch((error: Error) => done(error));
  });
}

function isBehind({ sequence, part }: StreamPosition, event: LiveEvent): boolean {
  if (event.sequence !== sequence) return event.sequence > sequence;
  return part !== undefined && (event.part ?? Number.POSITIVE_INFINITY) > part;
}

async function allDrained(followers: readonly Follower[]): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const bound = new Promise<void>((resolve) => {
    timer = setTimeout(resolve, slowestMayTakeMs);
  });
  await Promise.race([bound, Promise.all(followers.map((one) => one.request.drained()))]);
  clearTimeout(timer);
}

/** `$JS.ACK.<stream>.<consumer>.<deliveries>.<stream seq>.<consumer seq>.<time ns>.<pending>`, counted from its end. */
function placeOf(message: Msg): { sequence: number; timeMs: number } {
  const parts = (message.reply ?? '').split('.');
  const [streamSequence, , timeNs = ''] = parts.slice(-4);
  // Nanoseconds do not fit a number exactly: cut, not divided.
  return { sequence: Number(streamSequence), timeMs: Number(timeNs.slice(0, -6)) };
}
