import { type ConsumerMessages, type JetStreamManager, type JsMsg, jetstream } from '@nats-io/jetstream';
import type { NatsConnection } from 'nats';
import { parkDeadLetter } from './dead-letter.ts';
import type { Logger } from './logger.ts';
import { Problem } from './problem.ts';
import type { Publisher } from './publish.ts';

export interface ConsumeOptions {
  connection: NatsConnection;
  publisher: Publisher;
  log: Logger;
  stream: string;
  durable: string;
  filterSubjects: readonly string[];
  /** Messages given to `handle` together at most; 1 for work that stands by itself. */
  maxBatch: number;
  ackWaitMs?: number;
  /** Tries before a message is parked as a dead letter. */
  maxTries?: number;
  /** Wait before the second, third … try; the last one is used for all further. */
  backoffMs?: readonly number[];
  /** Handles the whole batch or throws; a message may come again, so it must be idempotent. */
  handle(batch: readonly JsMsg[]): Promise<void>;
}

export interface Consuming {
  /** Takes nothing more, finishes what is in hand. */
  stop(): Promise<void>;
}

/**
 * The only place besides the send path that acknowledges. Returned -> ack. Thrown -> a batch is tried again message by
 * message, so that one poisonous message does not hold up its neighbours; a single one is delivered again after a
 * backoff, or parked (permanent Problem, or last try).
 */
export async function consume(manager: JetStreamManager, options: ConsumeOptions): Promise<Consuming> {
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
  const messages = await consumer.consume({ max_messages: Math.max(2, maxBatch * 2) });
  const done = pump(messages, options, maxTries);
  done.catch((error: unknown) => options.log.fatal({ err: error, durable }, 'consumer ended'));
  return {
    async stop() {
      messages.stop();
      await done;
    },
  };
}

async function pump(messages: ConsumerMessages, options: ConsumeOptions, maxTries: number): Promise<void> {
  const queue: JsMsg[] = [];
  let working: Promise<void> | undefined;
  const work = async (): Promise<void> => {
    while (queue.length > 0) await handleBatch(queue.splice(0, options.maxBatch), options, maxTries);
    working = undefined;
  };
  for await (const message of messages) {
    queue.push(message);
    working ??= new Promise<void>((resolve) => setImmediate(resolve)).then(work);
  }
  await working;
}

async function handleBatch(batch: JsMsg[], options: ConsumeOptions, maxTries: number): Promise<void> {
  const { ackWaitMs = 30_000 } = options;
  const busy = setInterval(() => {
    for (const message of batch) message.working();
  }, ackWaitMs / 3);
  try {
    await options.handle(batch);
    for (const message of batch) message.ack();
  } catch (error) {
    if (batch.length === 1 && batch[0] !== undefined) await refuse(batch[0], error, options, maxTries);
    else for (const message of batch) await handleBatch([message], options, maxTries);
  } finally {
    clearInterval(busy);
  }
}

async function refuse(
  message: JsMsg,
  error: unknown,
  options: ConsumeOptions,
  maxTries: number,
): Promise<void> {
  const { log, publisher, backoffMs = [500, 2_000, 10_000, 60_000] } = options;
  const tries = message.info.deliveryCount;
  const reason = error instanceof Error ? error.message : String(error);
  const isPermanent = error instanceof Problem && !error.retryable;
  if (!isPermanent && tries < maxTries) {
    log.warn({ err: error, subject: message.subject, tries }, 'will be tried again');
    message.nak(backoffMs[Math.min(tries - 1, backoffMs.length - 1)]);
    return;
  }
  log.error({ err: error, subject: message.subject, tries }, 'parked as a dead letter');
  try {
    await parkDeadLetter(publisher, message, reason);
  } catch (parking) {
    log.error({ err: parking }, 'the dead letter could not be written; the message stays');
    message.nak(5_000);
  }
}
