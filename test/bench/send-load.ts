import type { WebSocket } from 'ws';
import { sendInTick } from './bench-platform.ts';
import { percentile, sleep } from './measure.ts';

export interface SendLane {
  sender: WebSocket;
  /** Hears what the sender says; left out where nobody does. */
  recipient?: WebSocket;
  /** Sent to in turn. */
  conversationIds: readonly string[];
}

export interface SendLoad {
  lanes: readonly SendLane[];
  /** Sends of each lane in flight. */
  window: number;
  warmUpMs: number;
  measureMs: number;
  /** Told when the measured part begins and when it ends. */
  onBegin?(): void;
  onEnd?(): void;
}

export interface SendFigures {
  sentPerSecond: number;
  deliveredPerSecond: number;
  /** Acknowledged and delivered from the first send to the last, outside the measured time too. */
  totalSent: number;
  totalDelivered: number;
  p50Ms: number;
  p99Ms: number;
}

const body = 'x'.repeat(100);
const run = `${Date.now().toString(36)}-${process.pid}`;
let nextKey = 0;

export const newKey = (): string => `${run}-${nextKey++}`;
export const sendFrame = (conversationId: string, key: string): string =>
  `{"type":"send","conversationId":"${conversationId}","key":"${key}","text":"${body}"}`;

const keyStart = '{"type":"sent","key":"'.length;

/** @returns the key of a `sent` frame; undefined for every other frame. @throws for an `error` frame. */
export function readSentKey(data: Buffer): string | undefined {
  const type = data.toString('latin1', 9, 13);
  if (type === 'erro') throw new Error(data.toString());
  if (type !== 'sent') return undefined;
  const text = data.toString('latin1');
  if (!text.includes('"status":"stored"')) throw new Error(`not stored: ${text}`);
  return text.slice(keyStart, text.indexOf('"', keyStart));
}

export const isEvent = (data: Buffer): boolean => data.toString('latin1', 9, 14) === 'event';

/** Keeps `window` sends of each lane in flight; counts those acknowledged as committed and those delivered. */
export async function loadSends(load: SendLoad): Promise<SendFigures> {
  let measuring = false;
  let going = true;
  let sent = 0;
  let delivered = 0;
  let totalSent = 0;
  let totalDelivered = 0;
  const latencies: number[] = [];
  const sentAt = new Map<string, number>();
  const problems: string[] = [];

  for (const { sender, recipient, conversationIds } of load.lanes) {
    let turn = 0;
    const send = (): void => {
      const key = newKey();
      sentAt.set(key, performance.now());
      sendInTick(sender, sendFrame(conversationIds[turn++ % conversationIds.length] ?? '', key));
    };
    sender.removeAllListeners('message').on('message', (data: Buffer) => {
      let key: string | undefined;
      try {
        key = readSentKey(data);
      } catch (error) {
        problems.push(String(error));
      }
      if (key === undefined) return;
      const startedAt = sentAt.get(key);
      sentAt.delete(key);
      if (startedAt === undefined) return void problems.push(`unknown key ${key}`);
      totalSent++;
      if (measuring) {
        sent++;
        latencies.push(performance.now() - startedAt);
      }
      if (going) send();
    });
    recipient?.removeAllListeners('message').on('message', (data: Buffer) => {
      if (!isEvent(data)) return;
      totalDelivered++;
      if (measuring) delivered++;
    });
    for (let index = 0; index < load.window; index++) send();
  }
  await sleep(load.warmUpMs);
  measuring = true;
  load.onBegin?.();
  const from = performance.now();
  await sleep(load.measureMs);
  measuring = false;
  const seconds = (performance.now() - from) / 1_000;
  load.onEnd?.();
  going = false;
  const heard = load.lanes.filter((lane) => lane.recipient !== undefined).length;
  const isComplete = (): boolean => sentAt.size === 0 && (heard === 0 || totalDelivered >= totalSent);
  for (let waited = 0; !isComplete() && waited < 10_000; waited += 20) await sleep(20);
  if (sentAt.size > 0) problems.push(`${sentAt.size} sends were never answered`);
  if (problems.length > 0) throw new Error(`the load met problems: ${problems.slice(0, 3).join(' | ')}`);
  return {
    sentPerSecond: sent / seconds,
    deliveredPerSecond: delivered / seconds,
    totalSent,
    totalDelivered,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
}
