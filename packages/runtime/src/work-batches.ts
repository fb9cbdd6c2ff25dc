import type { JsMsg } from '@nats-io/jetstream';
import type { ConsumeOptions } from './consume.ts';
import { parkDeadLetter } from './dead-letter.ts';
import { pause } from './pause.ts';
import { Problem } from './problem.ts';

export interface BatchWorker {
  /** Resolves when there is room for another message, so that a reader that waits for it holds two batches at most. */
  take(message: JsMsg): Promise<void>;
  /** Resolves when nothing is in hand any more. */
  finished(): Promise<void>;
}

const maxWaitMs = 5_000;

/** Gives what was taken to `handle`, in order, a batch at a time, and decides what becomes of each message. */
export function createBatchWorker(options: ConsumeOptions, stopping: AbortSignal): BatchWorker {
  const { maxBatch, ackWaitMs = 30_000, gatherMs = 0 } = options;
  const maxQueued = maxBatch * 2;
  const queue: JsMsg[] = [];
  let batch: JsMsg[] = [];
  let working: Promise<void> | undefined;
  let tellRoom = (): void => undefined;

  let tellFull = (): void => undefined;
  const gather = async (): Promise<void> => {
    // One turn of the loop lets the messages that arrived together be handled together.
    await new Promise<void>((resolve) => setImmediate(resolve));
    if (gatherMs === 0 || queue.length >= maxBatch || stopping.aborted) return;
    const full = new AbortController();
    tellFull = () => full.abort();
    await pause(gatherMs, AbortSignal.any([full.signal, stopping]));
  };

  const work = async (): Promise<void> => {
    // What waits behind a slow batch is in hand as well: without a word the server would deliver it again.
    const busy = setInterval(() => {
      for (const message of [...batch, ...queue]) message.working();
    }, ackWaitMs / 3);
    try {
      while (queue.length > 0) {
        await gather();
        batch = queue.splice(0, maxBatch);
        tellRoom();
        await handleBatch(batch, options, stopping);
      }
    } finally {
      clearInterval(busy);
      batch = [];
      working = undefined;
    }
  };
  return {
    async take(message) {
      queue.push(message);
      if (queue.length >= maxBatch) tellFull();
      working ??= work();
      if (queue.length >= maxQueued) await new Promise<void>((resolve) => (tellRoom = resolve));
    },
    async finished() {
      await working;
    },
  };
}

async function handleBatch(
  batch: readonly JsMsg[],
  options: ConsumeOptions,
  stopping: AbortSignal,
): Promise<void> {
  for (let waitMs = 500; ; waitMs = Math.min(waitMs * 2, maxWaitMs)) {
    try {
      await options.handle(batch);
      for (const message of batch) message.ack();
      return;
    } catch (error) {
      if (isDependencyAway(error)) {
        if (stopping.aborted) return giveBack(batch);
        options.log.warn({ err: error, messages: batch.length, waitMs }, 'waits for what it needs');
        await pause(waitMs, stopping);
        continue;
      }
      const [first, ...others] = batch;
      if (first !== undefined && others.length === 0) return refuse(first, error, options);
      for (const message of batch) await handleBatch([message], options, stopping);
      return;
    }
  }
}

const isDependencyAway = (error: unknown): boolean =>
  error instanceof Problem && error.slug === 'service-unavailable' && error.retryable;

function giveBack(batch: readonly JsMsg[]): void {
  for (const message of batch) message.nak();
}

async function refuse(message: JsMsg, error: unknown, options: ConsumeOptions): Promise<void> {
  const { log, publisher, maxTries = 5, backoffMs = [500, 2_000, 10_000, 60_000] } = options;
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
