import { Problem, toProblem } from '@storm/runtime';
import { isTransientDatabaseError } from '@storm/runtime/postgres';
import type { Msg, NatsConnection } from 'nats';
import type { CommandOutcome, ConversationCommand } from '../domain/command.ts';
import { refused } from '../domain/outcomes.ts';
import type { Teller, TellingLine } from '../store/teller.ts';
import { createInHand } from './in-hand.ts';
import { createReplies } from './replies.ts';
import { type TellOptions, tellOutcomes } from './tell-outcome.ts';
import { alone, type Delivery, type Parcel, type Unreadable, unpackCommands } from './unpack-commands.ts';
import type { WorkerMetrics } from './worker-metrics.ts';

interface Lane {
  /** As they came: taken apart only for the batch at hand, or thousands of objects would wait long enough to be moved about. */
  queue: { readonly partition: number; readonly message: Msg }[];
  queuedBytes: number;
  /** What was taken apart and did not fit into its batch. */
  rest: Delivery[];
  isWorking: boolean;
  readonly line: TellingLine;
  /** Runs while its commands gather because another lane is at work. */
  gathering: NodeJS.Timeout | undefined;
}

export interface CommandWorkerOptions extends TellOptions {
  teller: Pick<Teller, 'newLine'>;
  decide(commands: readonly ConversationCommand[]): Promise<CommandOutcome[]>;
  metrics: WorkerMetrics;
  maxBatch: number;
  /** Batches under way at once. A partition always goes by the same lane, so its order holds. */
  lanes: number;
  /** Parks a command that cannot be worked on, under the subject that it has by itself; resolves when it is safely kept. */
  park(command: { subject: string; data: Uint8Array }, reason: string): Promise<void>;
}

const nothingQueued = (): Pick<Lane, 'queue' | 'queuedBytes' | 'rest'> => ({
  queue: [],
  queuedBytes: 0,
  rest: [],
});

const ack = Buffer.from('+ACK');
const working = Buffer.from('+WPI');
const workingEveryMs = 10_000;
/** While another batch is under way a lane gathers so much (a hundred short sends), or so long, before it begins one beside it. */
const bytesWorthABatch = 25_000;
const gatherMs = 4;
/** Above this much in hand, nothing more is asked for: taken apart it is several times as large, and 128 MiB must do for all. */
const maxBytesInHand = 2 * 1_048_576;

/**
 * The send path's second half. Commands of the partitions that this replica holds merge into a batch; one batch a lane
 * is decided and committed at a time, while the next one gathers. After the commit: answers to the waiting gateways, events,
 * and last, once the stream has the events, the acknowledgement. A batch that fails is tried again here, in order: a
 * `nak` would let later messages of a sender overtake.
 */
export function createCommandWorker(options: CommandWorkerOptions) {
  const { decide, log, maxBatch } = options;
  const inHand = createInHand();
  const lanes: Lane[] = Array.from({ length: options.lanes }, () => ({
    ...nothingQueued(),
    isWorking: false,
    line: options.teller.newLine(),
    gathering: undefined,
  }));
  let lanesAtWork = 0;
  let connection: NatsConnection;

  /** One command of the parcel is done with. */
  const finish = (parcel: Parcel): void => {
    if (--parcel.left > 0) return;
    parcel.message.respond(ack);
    inHand.leave(parcel.partition, parcel.message.data.length);
  };

  const park = async ({ parcel, reply, subject, data, error }: Unreadable): Promise<void> => {
    const reason = error instanceof Error ? error.message : String(error);
    log.error({ err: error, subject }, 'command parked as a dead letter');
    options.metrics.parked();
    const replies = createReplies(connection);
    replies.add(reply, refused(toProblem(error)));
    replies.send();
    try {
      await options.park({ subject, data }, reason);
    } catch (parking) {
      // Its message stays in the stream and comes again with the next take-over.
      log.error({ err: parking }, 'the dead letter could not be written');
      return inHand.leave(parcel.partition, parcel.message.data.length);
    }
    finish(parcel);
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
          const { parcel, reply, command } = first;
          await park({ parcel, reply, error, ...alone(parcel.partition, command.verb, command.data) });
          return [null];
        }
        const half = Math.ceil(batch.length / 2);
        return [...(await decideSafely(batch.slice(0, half))), ...(await decideSafely(batch.slice(half)))];
      }
    }
  };

  const workBatch = async (line: TellingLine, batch: readonly Delivery[]): Promise<void> => {
    const stillWorking = setInterval(() => {
      for (const message of new Set(batch.map(({ parcel }) => parcel.message))) message.respond(working);
    }, workingEveryMs);
    try {
      const startedAt = performance.now();
      const outcomes = await decideSafely(batch);
      options.metrics.decided(batch.length, performance.now() - startedAt);
      const replies = createReplies(connection);
      const decided = batch.flatMap(({ reply, parcel }, index) => {
        const outcome = outcomes[index];
        // Without one it was parked.
        if (outcome === null || outcome === undefined) return [];
        replies.add(reply, outcome);
        return [{ outcome, told: () => finish(parcel) }];
      });
      replies.send();
      tellOutcomes(options, connection, line, decided);
    } finally {
      clearInterval(stillWorking);
    }
  };

  const takeBatch = (lane: Lane): Delivery[] => {
    let taken = 0;
    for (; taken < lane.queue.length && lane.rest.length < maxBatch; taken++) {
      const { partition, message } = lane.queue[taken] as Lane['queue'][number];
      lane.queuedBytes -= message.data.length;
      for (const one of unpackCommands(partition, message)) {
        if ('command' in one) lane.rest.push(one);
        else void park(one);
      }
    }
    lane.queue.splice(0, taken);
    return lane.rest.splice(0, maxBatch);
  };
  const isEmpty = (lane: Lane): boolean => lane.queue.length === 0 && lane.rest.length === 0;
  const begin = (lane: Lane): void => {
    clearTimeout(lane.gathering);
    lane.gathering = undefined;
    if (lane.isWorking || isEmpty(lane)) return;
    lane.isWorking = true;
    lanesAtWork++;
    // What arrives in the same tick belongs to the same batch.
    setImmediate(() => {
      void workBatch(lane.line, takeBatch(lane)).finally(() => {
        lane.isWorking = false;
        lanesAtWork--;
        for (const next of [...lanes].sort((one, other) => other.queuedBytes - one.queuedBytes))
          beginOrGather(next);
      });
    });
  };
  /**
   * Alone, a command is worked on at once. Beside a batch that waits for the disk a second one shares the sync, 2.4
   * times the sends on a slow disk, but many small ones cost twice the CPU of a few large ones.
   */
  const beginOrGather = (lane: Lane): void => {
    if (lane.isWorking || isEmpty(lane)) return;
    const isWorthIt = lane.rest.length > 0 || lane.queuedBytes >= bytesWorthABatch;
    if (lanesAtWork === 0 || isWorthIt) return begin(lane);
    lane.gathering ??= setTimeout(() => begin(lane), gatherMs);
  };

  return {
    connectTo(to: NatsConnection): void {
      connection = to;
      for (const lane of lanes) Object.assign(lane, nothingQueued());
      inHand.clear();
    },
    receive(partition: number, message: Msg): void {
      inHand.enter(partition, message.data.length);
      const lane = lanes[partition % lanes.length];
      if (lane === undefined) return;
      lane.queue.push({ partition, message });
      lane.queuedBytes += message.data.length;
      beginOrGather(lane);
    },
    finished: (partition: number) => inHand.empty(partition),
    hasRoom: () => inHand.bytes < maxBytesInHand,
    get bytesInHand() {
      return inHand.bytes;
    },
  };
}
