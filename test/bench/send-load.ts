import type { WebSocket } from 'ws';
import { percentile, sleep } from './measure.ts';

export interface SendLane {
  sender: WebSocket;
  recipient: WebSocket;
  conversationId: string;
}

export interface SendFigures {
  sentPerSecond: number;
  deliveredPerSecond: number;
  p50Ms: number;
  p99Ms: number;
}

const body = 'x'.repeat(100);
let nextKey = 0;
const run = `${Date.now().toString(36)}-${process.pid}`;

/** Keeps `window` sends of each lane in flight; counts those acknowledged as committed and those delivered. */
export async function loadSends(
  lanes: readonly SendLane[],
  window: number,
  warmUpMs: number,
  measureMs: number,
): Promise<SendFigures> {
  let measuring = false;
  let going = true;
  let sent = 0;
  let delivered = 0;
  const latencies: number[] = [];
  const sentAt = new Map<string, number>();
  const problems: string[] = [];

  for (const lane of lanes) {
    const send = (): void => {
      const key = `${run}-${nextKey++}`;
      sentAt.set(key, performance.now());
      lane.sender.send(
        `{"type":"send","conversationId":"${lane.conversationId}","key":"${key}","text":"${body}"}`,
      );
    };
    const onSender = (data: Buffer): void => {
      const text = data.toString();
      if (text.startsWith('{"type":"error"')) problems.push(text);
      if (!text.startsWith('{"type":"sent"')) return;
      const key = text.slice(22, text.indexOf('"', 22));
      const startedAt = sentAt.get(key);
      sentAt.delete(key);
      if (startedAt === undefined) return void problems.push(`unknown key in ${text}`);
      if (measuring) {
        sent++;
        latencies.push(performance.now() - startedAt);
      }
      if (going) send();
    };
    lane.sender.removeAllListeners('message').on('message', onSender);
    lane.recipient.removeAllListeners('message').on('message', (data: Buffer) => {
      if (measuring && data.subarray(0, 15).toString() === '{"type":"event"') delivered++;
    });
    for (let index = 0; index < window; index++) send();
  }
  await sleep(warmUpMs);
  measuring = true;
  const from = performance.now();
  await sleep(measureMs);
  measuring = false;
  const seconds = (performance.now() - from) / 1_000;
  going = false;
  for (let waited = 0; sentAt.size > 0 && waited < 10_000; waited += 20) await sleep(20);
  if (sentAt.size > 0) problems.push(`${sentAt.size} sends were never answered`);
  if (problems.length > 0) throw new Error(`the load met problems: ${problems.slice(0, 3).join(' | ')}`);
  return {
    sentPerSecond: sent / seconds,
    deliveredPerSecond: delivered / seconds,
    p50Ms: percentile(latencies, 0.5),
    p99Ms: percentile(latencies, 0.99),
  };
}
