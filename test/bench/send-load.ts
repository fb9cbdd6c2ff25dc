import type { LoadSocket } from './load-socket.ts';
import { percentile, sleep } from './measure.ts';
import { createInFlight, isEvent, newNumber, readSent, sendFrame } from './send-frames.ts';

export interface SendLane {
  sender: LoadSocket;
  /** Hears what the sender says; left out where nobody does. */
  recipient?: LoadSocket;
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

/** Keeps `window` sends of each lane in flight; counts those acknowledged as committed and those delivered. */
export async function loadSends(load: SendLoad): Promise<SendFigures> {
  let measuring = false;
  let going = true;
  let sent = 0;
  let delivered = 0;
  let totalSent = 0;
  let totalDelivered = 0;
  const latencies: number[] = [];
  const inFlight = createInFlight();
  const problems: string[] = [];

  for (const { sender, recipient, conversationIds } of load.lanes) {
    let turn = 0;
    const send = (): void => {
      const number = newNumber();
      inFlight.leave(number);
      sender.send(sendFrame(conversationIds[turn++ % conversationIds.length] ?? '', number));
    };
    sender.onText((data, from, to) => {
      let number: number | null = null;
      try {
        number = readSent(data, from, to);
      } catch (error) {
        problems.push(String(error));
      }
      if (number === null) return;
      const ms = inFlight.arrive(number);
      if (ms === null) return void problems.push(`answered twice or never sent: ${number}`);
      totalSent++;
      if (measuring) {
        sent++;
        latencies.push(ms);
      }
      if (going) send();
    });
    recipient?.onText((data, from) => {
      if (!isEvent(data, from)) return;
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
  const isComplete = (): boolean => inFlight.count === 0 && (heard === 0 || totalDelivered >= totalSent);
  for (let waited = 0; !isComplete() && waited < 10_000; waited += 20) await sleep(20);
  if (inFlight.count > 0) problems.push(`${inFlight.count} sends were never answered`);
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
