import { type ConsumerMessages, type JetStreamManager, type JsMsg, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import type { Logger } from './logger.ts';
import { pause } from './pause.ts';
import type { Publisher } from './publish.ts';
import { createBatchWorker } from './work-batches.ts';

export interface ConsumeOptions {
  connection: NatsConnection;
  publisher: Publisher;
  log: Logger;
  stream: string;
  durable: string;
  filterSubjects: readonly string[];
  /** Messages given to `handle` together at most; 1 for work that stands by itself. */
  maxBatch: number;
  /** How long what comes is gathered, short of a full batch, before it is handled; 0 unless told. */
  gatherMs?: number;
  ackWaitMs?: number;
  /** Tries before a message is parked as a dead letter. */
  maxTries?: number;
  /** Wait before the second, third … try; the last one is used for all further. */
  backoffMs?: readonly number[];
  /** Handles the whole batch or throws; a message may come again, so it must be idempotent. */
  handle(batch: readonly JsMsg[]): Promise<void>;
}

export interface Consuming {
  /** False while the stream is not there. */
  readonly isConsuming: boolean;
  /** Takes nothing more, finishes what is in hand. */
  stop(): Promise<void>;
}

const maxWaitMs = 5_000;

/**
 * The only place besides the send path that acknowledges. Returned -> ack. Thrown -> a batch is tried again message by
 * message, so that one poisonous message does not hold up its neighbours; a single one is delivered again after a
 * backoff, or parked (permanent Problem, or last try). `service-unavailable` is nobody's poison: the batch waits in
 * hand until what it needs is back, however long that takes.
 *
 * A stream that does not exist yet, or that was made anew without this consumer, is waited for.
 */
export async function consume(manager: JetStreamManager, options: ConsumeOptions): Promise<Consuming> {
  const { connection, log, stream, durable } = options;
  const stopping = new AbortController();
  const worker = createBatchWorker(options, stopping.signal);
  let messages: ConsumerMessages | undefined;

  const readUntilLost = async (): Promise<void> => {
    messages = await open(manager, options);
    if (stopping.signal.aborted) messages.stop();
    for await (const message of messages) await worker.take(message);
  };
  const readUntilStopped = async (): Promise<void> => {
    for (let waitMs = 250; !stopping.signal.aborted; waitMs = Math.min(waitMs * 2, maxWaitMs)) {
      const openedAt = Date.now();
      try {
        await readUntilLost();
      } catch (error) {
        log.warn({ stream, durable, reason: String(error) }, 'not consuming, will look for the stream again');
      }
      messages = undefined;
      if (connection.isClosed()) break;
      if (Date.now() - openedAt > maxWaitMs) waitMs = 250;
      await pause(waitMs, stopping.signal);
    }
    await worker.finished();
  };
  const done = readUntilStopped();
  done.catch((error: unknown) => log.fatal({ err: error, durable }, 'consumer ended'));
  return {
    get isConsuming() {
      return messages !== undefined;
    },
    async stop() {
      stopping.abort();
      messages?.stop();
      await done;
    },
  };
}

async function open(manager: JetStreamManager, options: ConsumeOptions): Promise<ConsumerMessages> {
  const { connection, stream, durable, maxBatch, ackWaitMs = 30_000, maxTries = 5 } = options;
  await manager.consumers.add(stream, {
    durable_name: durable,
    ack_policy: 'explicit',
    ack_wait: ackWaitMs * 1e6,
    filter_subjects: [...options.filterSubjects],
    max_ack_pending: Math.max(1_000, maxBatch * 2),
    // The cap is ours (the dead letter must be written first); the server's is a last resort.
    max_deliver: maxTries + 5,
  });
  const consumer = await jetstream(connection).consumers.get(stream, durable);
  return consumer.consume({ max_messages: Math.max(2, maxBatch * 2), abort_on_missing_resource: true });
}
