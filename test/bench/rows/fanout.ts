import { fork } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import { WebSocket } from 'ws';
import { createGroup, openSocket, registerUser, startBenchPlatform } from '../bench-platform.ts';
import { alternate, cpuSeconds, sleep, thousands } from '../measure.ts';
import { judge, type Row } from '../row.ts';

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
  await sleep(1_500);
  const before = { delivered, cpu: cpuSeconds(pid) };
  await sleep(measureMs);
  const figure = (delivered - before.delivered) / (cpuSeconds(pid) - before.cpu);
  going = false;
  await sleep(500);
  return figure;
}

/** Row 4: one room of 500 sockets, 4 messages in flight. */
export const fanoutRow: Row = {
  number: 4,
  title: 'fan-out deliveries per gateway cpu-second',
  async run({ quick, say }) {
    const measureMs = quick ? 4_000 : 10_000;
    const platform = await startBenchPlatform({ services: ['gateway', 'user', 'message'] });
    const raw = fork(fileURLToPath(new URL('../limits/raw-fanout.js', import.meta.url)));
    try {
      const [address] = (await once(raw, 'message')) as [{ port: number }];
      const owner = await registerUser(platform.url);
      const other = await registerUser(platform.url);
      const conversationId = await createGroup(platform.url, owner, [other]);
      const sockets: WebSocket[] = [];
      for (let index = 0; index < roomSize; index++)
        sockets.push(await openSocket(platform.url, index === 0 ? owner : other));
      const rawSockets: WebSocket[] = [];
      for (let index = 0; index < roomSize; index++) {
        const socket = new WebSocket(`ws://127.0.0.1:${address.port}`, { perMessageDeflate: false });
        await once(socket, 'open');
        rawSockets.push(socket);
      }
      const [sender] = sockets;
      const [rawSender] = rawSockets;
      if (sender === undefined || rawSender === undefined || raw.pid === undefined)
        throw new Error('no sockets');
      let key = 0;
      const result = await alternate(
        quick ? 2 : 3,
        async () => {
          const figure = await deliveriesPerCpuSecond({
            pid: platform.process('gateway').pid,
            sockets,
            sender,
            send: () =>
              sender.send(JSON.stringify({ type: 'send', conversationId, key: `f${key++}`, text: body })),
            isDelivery: (data) => data.subarray(0, 15).toString() === '{"type":"event"',
            measureMs,
          });
          say(`storm: ${thousands(figure)} deliveries per cpu-second`);
          return figure;
        },
        async () => {
          const figure = await deliveriesPerCpuSecond({
            pid: raw.pid ?? 0,
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
      for (const socket of [...sockets, ...rawSockets]) socket.terminate();
      return [
        {
          row: 4,
          metric: 'fan-out deliveries per gateway cpu-second (room of 500, 4 in flight)',
          storm: thousands(result.a),
          limit: `${thousands(result.b)} raw ws.send`,
          ratio: result.ratio.toFixed(2),
          must: '>= 1.2',
          goal: '>= 2.5',
          verdict: judge(result.ratio, 'higher', 1.2, 2.5),
        },
      ];
    } finally {
      raw.kill('SIGTERM');
      await platform.stop();
    }
  },
};
