import {
  type ConversationId,
  encodeCursor,
  listMemberships,
  type StreamPosition,
  type UserId,
} from '@storm/contracts';
import { type Bus, type Logger, request } from '@storm/runtime';
import { createInTurn } from './in-turn.ts';
import { createInterest, type Interest } from './interest.ts';
import { createReplay, type Replay } from './replay.ts';
import { createEventStreamEnd, type EventStreamEnd } from './stream-end.ts';

export interface Realtime {
  readonly interest: Interest;
  readonly replay: Replay;
  readonly end: EventStreamEnd;
  listMemberships(userId: UserId): Promise<readonly ConversationId[]>;
  /** A cursor before which everything was delivered to whoever is live; null before anything is known. */
  readonly cursor: string | null;
  /** Tells when the bus was lost, and when it is back with the place from which events are missing. */
  onInterruption(tasks: { lost(): void; back(from: StreamPosition): void }): void;
}

const watchEveryMs = 2_000;
/** A message service refuses the 257th; there may be several gateways. */
const maxQuestionsAtOnce = 64;

/** The realtime path of one gateway: interest, replay, and what to do when the bus was away. */
export function createRealtime(bus: Bus, log: Logger): Realtime {
  const end = createEventStreamEnd(bus);
  const inTurn = createInTurn(maxQuestionsAtOnce);
  const interest = createInterest(bus, () => end.epoch, log);
  const replay = createReplay(bus, end, log);
  const interruptions: { lost(): void; back(from: StreamPosition): void }[] = [];
  let begin: StreamPosition | null = null;
  let missedFrom: StreamPosition | null = null;
  const position = (): StreamPosition | null =>
    interest.lastHeard === null ? begin : { epoch: end.epoch, ...interest.lastHeard };

  bus.onConnected(async (_connection, isReconnect) => {
    if (isReconnect) {
      const from = missedFrom;
      missedFrom = null;
      if (from !== null) for (const one of interruptions) one.back(from);
      return;
    }
    // Nobody listens yet: whatever comes after this place will be heard.
    for (let attempt = 0; begin === null && attempt < 600; attempt++) {
      try {
        const { epoch, sequence, timeMs } = await end.ask();
        begin = { epoch, sequence, timeMs };
      } catch (error) {
        log.info({ err: error }, 'waiting for the event stream');
        await new Promise((resolve) => setTimeout(resolve, 500));
      }
    }
  });
  // A stream that was made anew, or was found to have lost something: whoever is live has another view than it.
  let knownEpoch = '';
  const watch = setInterval(() => {
    if (!bus.isConnected || interest.roomCount === 0) return;
    end.ask().then(
      ({ epoch }) => {
        const before = knownEpoch;
        knownEpoch = epoch;
        if (before === '' || before === epoch) return;
        log.warn({ before, epoch }, 'the event stream is another one now');
        for (const one of interruptions) one.back({ epoch: before, sequence: 0, timeMs: 0 });
      },
      (error: unknown) => log.debug({ err: error }, 'the event stream cannot be looked at'),
    );
  }, watchEveryMs);
  watch.unref();
  bus.onDisconnected(() => {
    missedFrom ??= position();
    for (const one of interruptions) one.lost();
  });

  return {
    interest,
    replay,
    end,
    listMemberships: async (userId) =>
      (await inTurn(() => request(bus, listMemberships, { userId }))).conversationIds,
    get cursor() {
      const known = position();
      return known === null ? null : encodeCursor(known);
    },
    onInterruption: (tasks) => void interruptions.push(tasks),
  };
}
