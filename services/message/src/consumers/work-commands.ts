import { conversationCommands, type Message, parseWorkSubject, replyHeader } from '@storm/contracts';
import {
  createValidator,
  encodeHeaders,
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
import type { WorkerMetrics } from './worker-metrics.ts';

interface Delivery {
  partition: number;
  message: Msg;
  reply: string;
  command: ConversationCommand;
}

interface Lane {
  queue: Delivery[];
  isLooping: boolean;
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
const problemReply = { headers: encodeHeaders({ 'Storm-Problem': '1' }) };
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
  const lanes: Lane[] = Array.from({ length: options.lanes }, () => ({ queue: [], isLooping: false }));
  let connection: NatsConnection;

  const parse = (partition: number, message: Msg): Delivery => {
    const place = parseWorkSubject(message.subject);
    const validate = validators.get(place?.verb ?? '');
    if (place === null || validate === undefined) throw new Error('unknown command');
    const data = validate(JSON.parse(Buffer.from(message.data).toString()));
    const command = { verb: place.verb, data, id: commandId(message) } as ConversationCommand;
    return { partition, message, reply: message.headers?.get(replyHeader) ?? '', command };
  };

  const park = async (partition: number, message: Msg, error: unknown): Promise<void> => {
    const reason = error instanceof Error ? error.message : String(error);
    log.error({ err: error, subject: message.subject }, 'command parked as a dead letter');
    options.metrics.parked();
    answer(message.headers?.get(replyHeader) ?? '', refused(toProblem(error)));
    try {
      await options.park(connection, message, reason);
    } catch (parking) {
      // It stays in the stream and comes again with the next take-over.
      log.error({ err: parking }, 'the dead letter could not be written');
    }
    inHand.leave(partition, message.data.length);
  };

  const answer = (reply: string, outcome: CommandOutcome): void => {
    if (reply === '') return;
    connection.publish(reply, outcome.reply, outcome.isProblem ? problemReply : undefined);
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

  const tell = async (delivery: Delivery, outcome: CommandOutcome): Promise<void> => {
    for (let attempt = 0; ; attempt++) {
      try {
        await Promise.all(
          outcome.events.map((event) => publisher.publish(event.subject, event.data, event.headers)),
        );
        // What takes its place is there: who reads the stream at this moment misses nothing.
        if (outcome.erase !== undefined) await options.erase(outcome.erase);
        break;
      } catch (error) {
        if (connection.isClosed()) return;
        log.warn({ err: error, attempt }, 'events not told yet, trying again');
        await new Promise((resolve) => setTimeout(resolve, Math.min(100 * 2 ** attempt, 2_000)));
      }
    }
    delivery.message.respond(ack);
    inHand.leave(delivery.partition, delivery.message.data.length);
  };

  const workBatch = async (batch: readonly Delivery[]): Promise<void> => {
    const stillWorking = setInterval(() => {
      for (const one of batch) one.message.respond(working);
    }, workingEveryMs);
    try {
      const startedAt = performance.now();
      const outcomes = await decideSafely(batch);
      options.metrics.decided(batch.length, performance.now() - startedAt);
      for (let index = 0; index < batch.length; index++) {
        const delivery = batch[index];
        const outcome = outcomes[index];
        if (delivery === undefined || outcome === null || outcome === undefined) continue;
        answer(delivery.reply, outcome);
        void tell(delivery, outcome);
      }
    } finally {
      clearInterval(stillWorking);
    }
  };

  const loop = async (lane: Lane): Promise<void> => {
    while (lane.queue.length > 0) await workBatch(lane.queue.splice(0, maxBatch));
    lane.isLooping = false;
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
      if (lane.isLooping) return;
      lane.isLooping = true;
      setImmediate(() => void loop(lane));
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

/** Where the stream keeps the command: the same whenever it is delivered again. */
function commandId(message: Msg): string {
  const parts = (message.reply ?? '').split('.');
  const [streamSequence, , timestampNanos] = parts.slice(-4);
  return `${streamSequence}:${timestampNanos}`;
}
