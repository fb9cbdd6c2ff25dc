import { WebSocket } from 'ws';
import { type Person, registerPeople, startGroup } from '../prove/cast/person.ts';
import { sleep } from './wait-until.ts';

export interface PressOptions {
  baseUrl: string;
  senders: number;
  /** Sends of each that wait for their acknowledgement. */
  inFlight: number;
  idleSockets: number;
  forMs: number;
}

export interface PressResult {
  sent: number;
  acknowledged: number;
  perSecond: number;
  /** Refused, or without an answer 15 s after the end. */
  failed: number;
  /** Sockets that were closed before the end, by code. */
  closed: ReadonlyMap<number, number>;
}

interface Frame {
  type: string;
  key?: string;
  status?: string;
}

const openedAtOnce = 16;
const text = 'x'.repeat(100);

/** As many sends as the platform takes: each sender in a conversation of its own with one who listens. */
export async function press({
  baseUrl,
  senders,
  inFlight,
  idleSockets,
  forMs,
}: PressOptions): Promise<PressResult> {
  const people = await registerPeople(baseUrl, senders * 2);
  const idlers = await registerPeople(baseUrl, 20);
  const sockets: WebSocket[] = [];
  let sent = 0;
  let stored = 0;
  let refused = 0;
  let isOver = false;

  const lanes: (() => void)[] = [];
  for (let index = 0; index < senders; index++) {
    const [sender, listener] = [people[index * 2], people[index * 2 + 1]];
    if (sender === undefined || listener === undefined) throw new Error('somebody is missing');
    const conversationId = await startGroup(baseUrl, sender, [listener]);
    sockets.push(await openSocket(baseUrl, listener));
    const socket = await openSocket(baseUrl, sender);
    sockets.push(socket);
    const sendNext = (): void => {
      if (!isOver) socket.send(JSON.stringify({ type: 'send', conversationId, key: `p${sent++}`, text }));
    };
    socket.on('message', (data) => {
      const frame = JSON.parse(data.toString()) as Frame;
      if (frame.type === 'sent' && frame.status === 'stored') stored++;
      else if (frame.type === 'error' && frame.key !== undefined) refused++;
      else return;
      sendNext();
    });
    lanes.push(() => {
      for (let one = 0; one < inFlight; one++) sendNext();
    });
  }
  sockets.push(...(await openIdle(baseUrl, idlers, idleSockets)));
  const closed = new Map<number, number>();
  for (const socket of sockets) socket.on('close', (code) => closed.set(code, (closed.get(code) ?? 0) + 1));
  const startedAt = performance.now();
  for (const begin of lanes) begin();
  await sleep(forMs);
  isOver = true;
  const seconds = (performance.now() - startedAt) / 1_000;
  const perSecond = stored / seconds;
  for (let waited = 0; stored + refused < sent && waited < 15_000; waited += 100) await sleep(100);
  for (const socket of sockets) socket.removeAllListeners('close').close();
  return { sent, acknowledged: stored, perSecond, failed: sent - stored, closed };
}

/** Sockets of people to whom nobody writes, of each in turn. */
async function openIdle(
  baseUrl: string,
  people: readonly Person[],
  count: number,
): Promise<readonly WebSocket[]> {
  const sockets: WebSocket[] = [];
  let next = 0;
  const open = async (): Promise<void> => {
    for (let person = people[next++ % people.length]; person !== undefined && next <= count; ) {
      sockets.push(await openSocket(baseUrl, person));
      person = people[next++ % people.length];
    }
  };
  await Promise.all(Array.from({ length: openedAtOnce }, open));
  return sockets;
}

function openSocket(baseUrl: string, { token }: Person): Promise<WebSocket> {
  return new Promise((resolve, reject) => {
    const socket = new WebSocket(`${baseUrl.replace('http', 'ws')}/ws`, { perMessageDeflate: false });
    socket.once('open', () => socket.send(JSON.stringify({ type: 'hello', token })));
    socket.once('message', () => resolve(socket));
    socket.once('error', reject);
    socket.once('close', (code) => reject(new Error(`a socket was closed with ${code}`)));
  });
}
