import { setInterval as every } from 'node:timers/promises';
import type { BenchUser } from '../bench-platform.ts';
import { connectMessages, fillConversations, fillMembers } from '../fill-database.ts';
import { type Lab, type Site, sendPath } from '../lab.ts';
import { type LoadSocket, openLoad } from '../load-socket.ts';
import { percentile, sleep, thousands } from '../measure.ts';
import { judge, type Row, type RowResult } from '../row.ts';
import { createInFlight, newNumber, readDelivered, sendFrame } from '../send-frames.ts';
import { loadSends } from '../send-load.ts';
import { closeLanes, openLanes, senders, window } from './sends.ts';

interface Room {
  sender: LoadSocket;
  /** All that get what the sender says. */
  recipients: readonly LoadSocket[];
  conversationId: string;
}

/** What V8 has compiled for another load fits this one badly: its first moments do not count. */
const warmUpMs = 1_500;

/** Sends at an even rate, in turn to each room. @returns ms from each send to the last of its recipients. */
async function measureDelivery(rooms: readonly Room[], perSecond: number, forMs: number): Promise<number[]> {
  const times: number[] = [];
  const inFlight = createInFlight();
  for (const { recipients, sender } of rooms) {
    sender.onText(() => undefined);
    for (const socket of recipients) {
      socket.onText((data, from, to) => {
        const number = readDelivered(data, from, to);
        const ms = number === null ? null : inFlight.arrive(number);
        if (ms !== null && isWarm) times.push(ms);
      });
    }
  }
  const startedAt = performance.now();
  let isWarm = false;
  let count = 0;
  for await (const _ of every(1)) {
    const elapsedMs = performance.now() - startedAt;
    if (elapsedMs > warmUpMs + forMs) break;
    isWarm = elapsedMs > warmUpMs;
    for (; count < (elapsedMs * perSecond) / 1_000; count++) {
      const { sender, recipients, conversationId } = rooms[count % rooms.length] as Room;
      const number = newNumber();
      inFlight.leave(number, recipients.length);
      sender.send(sendFrame(conversationId, number));
    }
  }
  for (let waited = 0; inFlight.count > 0 && waited < 10_000; waited += 20) await sleep(20);
  if (inFlight.count > 0) throw new Error(`${inFlight.count} messages did not reach everyone`);
  return times;
}

async function openRoom(site: Site, members: number, online: number): Promise<Room> {
  const urls = site.platform.processes.filter(({ name }) => name.startsWith('gateway')).map((one) => one.url);
  const users = await site.users(10);
  const database = await connectMessages(site.platform);
  const [conversationId = ''] = await fillConversations(
    database,
    1,
    users.map((one) => one.id),
  );
  if (members > users.length) await fillMembers(database, conversationId, members - users.length);
  await database.end();
  const recipients = await openLoad(urls, users, online);
  const [sender] = await openLoad(urls, users as BenchUser[], 1);
  if (sender === undefined) throw new Error('no sender');
  return { sender, recipients, conversationId };
}

/** p99 of a room at half of what it takes with 4 in flight. */
async function measureRoom(lab: Lab, site: Site, members: number, online: number): Promise<number> {
  const room = await openRoom(site, members, online);
  const [recipient] = room.recipients;
  if (recipient === undefined) throw new Error('nobody is online');
  const lane = { sender: room.sender, recipient, conversationIds: [room.conversationId] };
  const most = await loadSends({ lanes: [lane], window: 4, warmUpMs: 500, measureMs: 1_500 });
  const times = await measureDelivery([room], most.sentPerSecond / 2, lab.quick ? 3_000 : 10_000);
  for (const socket of [room.sender, ...room.recipients]) socket.close();
  const p99 = percentile(times, 0.99);
  lab.say(
    `${thousands(members)} members, ${thousands(online)} sockets: ${thousands(most.sentPerSecond / 2)} sends/s, p50 ${percentile(times, 0.5).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms to the last`,
  );
  return p99;
}

/** Row 3: how long until every recipient has a message, at half load. */
export const deliveryRow: Row = {
  gives: [3],
  title: 'send to every recipient at half load',
  async run(lab) {
    const { quick, say } = lab;
    let site = await lab.site({ services: sendPath });
    const lanes = await openLanes(site);
    const most = await loadSends({ lanes, window, warmUpMs: 1_000, measureMs: quick ? 1_500 : 5_000 });
    const rooms = lanes.map(({ sender, recipient, conversationIds: [conversationId = ''] }) => ({
      sender,
      recipients: recipient ? [recipient] : [],
      conversationId,
    }));
    const times = await measureDelivery(rooms, most.sentPerSecond / 2, quick ? 3_000 : 10_000);
    closeLanes(lanes);
    const p99 = percentile(times, 0.99);
    say(
      `${senders} pairs: ${thousands(most.sentPerSecond / 2)} sends/s, p50 ${percentile(times, 0.5).toFixed(1)} ms, p99 ${p99.toFixed(1)} ms`,
    );
    const results: RowResult[] = [
      judge(
        {
          row: 3,
          metric: `send -> recipient at half load (${senders} pairs, ${thousands(most.sentPerSecond / 2)}/s), p99`,
          storm: `${p99.toFixed(1)} ms`,
        },
        { value: p99, sense: 'lower', must: 30, goal: 10, unit: ' ms' },
      ),
    ];
    const few = await measureRoom(lab, site, 10, 10);
    const sameOnline = await measureRoom(lab, site, 10_000, 10);
    if (!quick) site = await lab.site({ services: sendPath, gateways: 2 });
    const online = quick ? 1_000 : 10_000;
    const many = await measureRoom(lab, site, 10_000, online);
    const compare = (p99Ms: number, connected: number): RowResult =>
      judge(
        {
          row: 3,
          metric: `the same, conversation of 10,000 members (${thousands(connected)} connected) beside one of 10, half load of each, p99`,
          storm: `${p99Ms.toFixed(1)} ms`,
          limit: `${few.toFixed(1)} ms with 10`,
          ratio: (p99Ms / few).toFixed(2),
        },
        { value: p99Ms / few, sense: 'lower', must: null, goal: 4 },
      );
    return [...results, compare(sameOnline, 10), compare(many, online)];
  },
};
