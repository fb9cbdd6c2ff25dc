import type { SendRecord } from '../history/records.ts';
import type { Random } from '../random.ts';
import { sleep } from '../sleep.ts';
import type { Answer } from './call.ts';
import type { Lane } from './lanes.ts';
import { sendUntilAcknowledged } from './send-until-acknowledged.ts';

export interface TrafficOptions {
  readonly urls: readonly string[];
  readonly lanes: readonly Lane[];
  readonly random: Random;
  /** Between an acknowledgement and the next send of the same lane. Default none. */
  readonly pauseMs?: number;
  /** Of a text at most, beside its key. Default 100. */
  readonly textBytes?: number;
  /** How long one message is tried. Default 40 s. */
  readonly deadlineMs?: number;
}

/** Lanes that send until stopped, each one message after the other, each message until it is acknowledged. */
export interface Traffic {
  readonly records: readonly SendRecord[];
  readonly acknowledged: number;
  /** Answers by status; `0` for none. */
  readonly statuses: ReadonlyMap<number, number>;
  /** Of acknowledged sends, first try to acknowledgement. */
  readonly latenciesMs: readonly number[];
  /** 503 without a `Retry-After`. */
  readonly unhinted: number;
  /** Resolves at the next acknowledgement, of any lane. */
  nextAck(): Promise<void>;
  /** Ends the lanes after their message in hand. */
  stop(): Promise<readonly SendRecord[]>;
}

/** Share of acknowledged messages that are sent once more under their key. */
const sentAgain = 1 / 16;

let runs = 0;

/** Nothing that a database could make smaller. */
const drawText = (random: Random, bytes: number): string => {
  let text = '';
  while (text.length < bytes) text += random.next().toString(36).slice(2);
  return text.slice(0, bytes);
};

export function startTraffic({
  urls,
  lanes,
  random,
  pauseMs = 0,
  textBytes = 100,
  deadlineMs = 40_000,
}: TrafficOptions): Traffic {
  const run = `${process.pid.toString(36)}${(runs++).toString(36)}`;
  const records: SendRecord[] = [];
  const latenciesMs: number[] = [];
  const statuses = new Map<number, number>();
  let waiters: (() => void)[] = [];
  let acknowledged = 0;
  let unhinted = 0;
  let going = true;

  const count = (answer: Answer<unknown> | null): void => {
    const status = answer?.status ?? 0;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (status === 503 && !answer?.headers.has('retry-after')) unhinted++;
  };
  const keep = (record: SendRecord): void => {
    records.push(record);
    if (record.outcome !== 'ok') return;
    acknowledged++;
    latenciesMs.push(record.endedAtMs - record.invokedAtMs);
    for (const wake of waiters) wake();
    waiters = [];
  };
  const lane = async ({ person, conversationId }: Lane, index: number): Promise<void> => {
    const own = random.of(`lane ${index}`);
    for (let number = 0; going; number++) {
      const key = `${run}-${index}-${number}`;
      const text = `${key} ${drawText(own, own.int(textBytes))}`;
      const task = { urls, first: own.int(urls.length), person, conversationId, key, text, deadlineMs };
      const record = await sendUntilAcknowledged({ ...task, onAnswer: count });
      keep(record);
      // As a client does whose acknowledgement was lost on the way: nothing may come of it.
      if (record.outcome === 'ok' && own.next() < sentAgain)
        await sendUntilAcknowledged({ ...task, first: task.first + 1, onAnswer: count });
      if (pauseMs > 0) await sleep(own.between(0.5, 1.5) * pauseMs);
    }
  };
  const sending = Promise.all(lanes.map(lane));
  return {
    records,
    latenciesMs,
    statuses,
    get acknowledged() {
      return acknowledged;
    },
    get unhinted() {
      return unhinted;
    },
    nextAck: () => new Promise((resolve) => waiters.push(resolve)),
    async stop() {
      going = false;
      await sending;
      return records;
    },
  };
}
