import { conversationCommands, type Message, parseWorkSubject, replyHeader } from '@storm/contracts';
import {
  createValidator,
  findHeader,
  isTransientDatabaseError,
  type Logger,
  Problem,
  type Publisher,
  toProblem,
} from '@storm/runtime';
import type { Msg, NatsConnection } from 'nats';
import type { CommandOutcome, ConversationCommand } from '../domain/command.ts';
import { refused } from '../domain/outcomes.ts';
import { createInHand } from './in-hand.ts';
import { createReplies } from './replies.ts';
import type { WorkerMetrics } from './worker-metrics.ts';

interface Delivery {
  partition: number;
  message: Msg;
  reply: string;
  command: ConversationCommand;
}

interface Lane {
  queue: Delivery[];
  isWorking: boolean;
  /** Runs while its commands gather because another lane is at work. */
  gathering: NodeJS.Timeout | undefined;
}

export interface CommandWorkerOptions {
  decide(commands: readonly ConversationCommand[]): Promise<CommandOutcome[]>;
  publisher: Publisher;
  /** Takes what a deleted message said out of the event stream. */
  erase(message: Message): Promise<void>;
  log: Logger;
  metrics: WorkerMetrics;
  maxBatch: number;
  /** Batches under way at once. A partition always goes by the same lane, so its order holds. */
  lanes: number;
  /** Parks a command that cannot be worked on; resolves when it is safely kept. */
  park(connection: NatsConnection, message: Msg, reason: string): Promise<void>;
}

const validators = new Map<string, (value: unknown) => unknown>(
  conversationCommands.map((one) => [one.verb, createValidator(one.data)]),
);
const ack = Buffer.from('+ACK');
const working = Buffer.from('+WPI');
const workingEveryMs = 10_000;
/** While another batch is under way a lane gathers so many commands, or so long, before it begins one beside it. */
const worthABatch = 100;
const gatherMs = 4;
/** Above this much in hand, nothing more is asked for: 128 MiB must do for the whole process. */
const maxBytesInHand = 16 * 1_048_576;

/**
 * The send path's second half. Commands of the partitions that this replica holds merge into a batch; one batch a lane
 * is decided and committed at a time, while the next one gathers. After the commit: answers to the waiting gateways, events,
 * and last, once the stream has the events, the acknowledgement. A batch that fails is tried again here, in order: a
 * `nak` would let later messages of a sender overtake.
 */
export function createCommandWorker(options: CommandWorkerOptions) {
  const { decide, publisher, log, maxBatch } = options;
  const inHand = createInHand();
  const lanes: Lane[] = Array.from({ length: options.lanes }, () => ({
    queue: [],
    isWorking: false,
    gathering: undefined,
  }));
  let lanesAtWork = 0;
  let connection: NatsConnection;

  const parse = (partition: number, message: Msg): Delivery => {
    const place = parseWorkSubject(message.subject);
    const validate = validators.get(place?.verb ?? '');
    if (place === null || validate === undefined) throw new Error('unknown command');
    const data = validate(JSON.parse(textOf(message.data)));
    const command = { verb: place.verb, data, id: commandId(message) } as ConversationCommand;
    return { partition, message, reply: findHeader(message, replyHeader) ?? '', command };
  };

  const park = async (partition: number, message: Msg, error: unknown): Promise<void> => {
    const reason = error instanceof Error ? error.message : String(error);
    log.error({ err: error, subject: message.subject }, 'command parked as a dead letter');
    options.metrics.parked();
    const replies = createReplies(connection);
    replies.add(findHeader(message, replyHeader) ?? '', refused(toProblem(error)));
    replies.send();
    try {
      await options.park(connection, message, reason);
    } catch (parking) {
      // It stays in the stream and comes again with the next take-over.
      log.error({ err: parking }, 'the dead letter could not be written');
    }
    inHand.leave(partition, message.data.length);
  };

  /** Retries what may pass; splits what cannot, until the one poisonous command stands alone and is parked. */
  const decideSafely = async (batch: readonly Delivery[]): Promise<(CommandOutcome | null)[]> => {
    for (let attempt = 0; ; attempt++) {
      try {
        return await decide(batch.map((one) => one.command));
      } catch (error) {
        if (isTransientDatabaseError(error)) {
          log.warn({ err: error, attempt, commands: batch.length }, 'batch failed, trying again');
          options.metrics.retried();
          await new Promise((resolve) => setTimeout(resolve, Math.min(50 * 2 ** attempt, 1_000)));
          continue;
        }
        const [first] = batch;
        if (batch.length === 1 && first !== undefined) {
          if (error instanceof Problem) return [refused(error)];
          await park(first.partition, first.message, error);
          return [null];
        }
        const half = Math.ceil(batch.length / 2);
        return [...(await decideSafely(batch.slice(0, half))), ...(await decideSafely(batch.slice(half)))];
      }
    }
  };

  /** Publishes what happened; once the stream has all of it, acknowledges the command. */
  const tell = (delivery: Delivery, outcome: CommandOutcome, attempt = 0): void => {
    const { message, partition } = delivery;
    const kept = outcome.events.map((event) => publisher.publish(event.subject, event.data, event.headers));
    const acknowledge = (): void => {
      message.respond(ack);
      inHand.leave(partition, message.data.length);
    };
    const again = (error: unknown): void => {
      if (connection.isClosed()) return;
      log.warn({ err: error, attempt }, 'events not told yet, trying again');
      setTimeout(() => tell(delivery, outcome, attempt + 1), Math.min(100 * 2 ** attempt, 2_000));
    };
    const [only] = kept;
    const { erase } = outcome;
    if (erase !== undefined) {
      // What takes its place is there: who reads the stream at this moment misses nothing.
      Promise.all(kept)
        .then(() => options.erase(erase))
        .then(acknowledge, again);
    } else if (only === undefined) acknowledge();
    else (kept.length === 1 ? only : Promise.all(kept)).then(acknowledge, again);
  };

  const workBatch = async (batch: readonly Delivery[]): Promise<void> => {
    const stillWorking = setInterval(() => {
      for (const one of batch) one.message.respond(working);
    }, workingEveryMs);
    try {
      const startedAt = performance.now();
      const outcomes = await decideSafely(batch);
      options.metrics.decided(batch.length, performance.now() - startedAt);
      const replies = createReplies(connection);
      for (let index = 0; index < batch.length; index++) {
        const delivery = batch[index];
        const outcome = outcomes[index];
        if (delivery === undefined || outcome === null || outcome === undefined) continue;
        replies.add(delivery.reply, outcome);
        tell(delivery, outcome);
      }
      replies.send();
    } finally {
      clearInterval(stillWorking);
    }
  };

  const begin = (lane: Lane): void => {
    clearTimeout(lane.gathering);
    lane.gathering = undefined;
    if (lane.isWorking || lane.queue.length === 0) return;
    lane.isWorking = true;
    lanesAtWork++;
    // What arrives in the same tick belongs to the same batch.
    setImmediate(() => {
      void workBatch(lane.queue.splice(0, maxBatch)).finally(() => {
        lane.isWorking = false;
        lanesAtWork--;
        for (const next of [...lanes].sort((one, other) => other.queue.length - one.queue.length))
          beginOrGather(next);
      });
    });
  };
  /**
   * Alone, a command is worked on at once. Beside a batch that waits for the disk a second one shares the sync, 2.4
   * times the sends on a slow disk, but many small ones cost twice the CPU of a few large ones.
   */
  const beginOrGather = (lane: Lane): void => {
    if (lane.isWorking || lane.queue.length === 0) return;
    if (lanesAtWork === 0 || lane.queue.length >= worthABatch) return begin(lane);
    lane.gathering ??= setTimeout(() => begin(lane), gatherMs);
  };

  return {
    connectTo(to: NatsConnection): void {
      connection = to;
      for (const lane of lanes) lane.queue = [];
      inHand.clear();
    },
    receive(partition: number, message: Msg): void {
      inHand.enter(partition, message.data.length);
      let delivery: Delivery;
      try {
        delivery = parse(partition, message);
      } catch (error) {
        void park(partition, message, error);
        return;
      }
      const lane = lanes[partition % lanes.length];
      if (lane === undefined) return;
      lane.queue.push(delivery);
      beginOrGather(lane);
    },
    finished: (partition: number) => inHand.empty(partition),
    hasRoom: () => inHand.bytes < maxBytesInHand,
    get bytesInHand() {
      return inHand.bytes;
    },
    get backlog() {
      return lanes.reduce((sum, lane) => sum + lane.queue.length, 0);
    },
  };
}

const textOf = (data: Uint8Array): string =>
  Buffer.from(data.buffer, data.byteOffset, data.byteLength).toString();

/** Where the stream keeps the command: the same whenever it is delivered again. */
function commandId(message: Msg): string {
  const parts = (message.reply ?? '').split('.');
  const [streamSequence, , timestampNanos] = parts.slice(-4);
  return `${streamSequence}:${timestampNanos}`;
}
