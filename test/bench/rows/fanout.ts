import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { type BenchUser, closeSockets, openSockets } from '../bench-platform.ts';
import { connectMessages, fillConversations } from '../fill-database.ts';
import { sendPath } from '../lab.ts';
import { alternate, cpuSeconds, sleep, thousands } from '../measure.ts';
import { judge, type Row } from '../row.ts';
import { isEvent, newNumber, sendFrame } from '../send-frames.ts';

const roomSize = 500;
const inFlight = 4;
const body = 'x'.repeat(100);

/** Counts what `sockets` get while `send` keeps messages in flight, over the CPU seconds of the process that sends it. */
async function deliveriesPerCpuSecond(options: {
  pid: number;
  sockets: readonly WebSocket[];
  sender: WebSocket;
  send(): void;
  isDelivery(data: Buffer): boolean;
  measureMs: number;
}): Promise<number> {
  const { pid, sockets, sender, send, isDelivery, measureMs } = options;
  let delivered = 0;
  let going = true;
  for (const socket of sockets) {
    socket.removeAllListeners('message').on('message', (data: Buffer) => {
      if (!isDelivery(data)) return;
      delivered++;
      // The sender has its own message back: room for the next one.
      if (socket === sender && going) send();
    });
  }
  for (let index = 0; index < inFlight; index++) send();
  await sleep(1_000);
  const before = { delivered, cpu: cpuSeconds(pid) };
  await sleep(measureMs);
  const figure = (delivered - before.delivered) / (cpuSeconds(pid) - before.cpu);
  going = false;
  await sleep(300);
  return figure;
}

/** Row 4: one room of 500 sockets, 4 messages in flight. */
export const fanoutRow: Row = {
  gives: [4],
  title: 'fan-out deliveries per gateway cpu-second',
  async run({ quick, say, site }) {
    const measureMs = quick ? 2_500 : 10_000;
    const { platform, users } = await site({ services: sendPath });
    const raw = fork(fileURLToPath(new URL('../limits/raw-fanout.js', import.meta.url)));
    const [address] = (await once(raw, 'message')) as [{ port: number }];
    const [owner, other] = (await users(2)) as [BenchUser, BenchUser];
    const database = await connectMessages(platform);
    const [conversationId = ''] = await fillConversations(database, 1, [owner.id, other.id]);
    await database.end();
    const sockets = await openSockets([platform.url], [owner, other], roomSize);
    const rawSockets = await Promise.all(
      Array.from({ length: roomSize }, async () => {
        const socket = new WebSocket(`ws://127.0.0.1:${address.port}`, { perMessageDeflate: false });
        await once(socket, 'open');
        return socket;
      }),
    );
    const [sender] = sockets;
    const [rawSender] = rawSockets;
    if (sender === undefined || rawSender === undefined || raw.pid === undefined)
      throw new Error('no sockets');
    const rawPid = raw.pid;
    const result = await alternate(
      quick ? 2 : 3,
      async () => {
        const figure = await deliveriesPerCpuSecond({
          pid: platform.process('gateway').pid,
          sockets,
          sender,
          send: () => sender.send(sendFrame(conversationId, newNumber())),
          isDelivery: (data) => isEvent(data, 0),
          measureMs,
        });
        say(`storm: ${thousands(figure)} deliveries per cpu-second`);
        return figure;
      },
      async () => {
        const figure = await deliveriesPerCpuSecond({
          pid: rawPid,
          sockets: rawSockets,
          sender: rawSender,
          send: () => rawSender.send(`{"type":"event","padding":"${'p'.repeat(330)}","text":"${body}"}`),
          isDelivery: () => true,
          measureMs,
        });
        say(`raw ws sends: ${thousands(figure)} deliveries per cpu-second`);
        return figure;
      },
    );
    closeSockets([...sockets, ...rawSockets]);
    raw.kill('SIGTERM');
    return [
      judge(
        {
          row: 4,
          metric: 'fan-out deliveries per gateway cpu-second (room of 500, 4 in flight)',
          storm: thousands(result.a),
          limit: `${thousands(result.b)} raw ws.send`,
          ratio: result.ratio.toFixed(2),
        },
        { value: result.ratio, sense: 'higher', must: 1.2, goal: 2.5 },
      ),
    ];
  },
};
