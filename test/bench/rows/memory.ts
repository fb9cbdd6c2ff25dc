import type { WebSocket } from 'ws';
import { createDirect, openSocket, registerUser, startBenchPlatform } from '../bench-platform.ts';
import { anonymousMiB, sleep, watchPeak } from '../measure.ts';
import { judge, type Row, type RowResult } from '../row.ts';
import { loadSends, type SendLane } from '../send-load.ts';

const limitsMiB: Record<string, number> = {
  gateway: 128,
  user: 256,
  message: 128,
  media: 128,
  notification: 128,
};
const settleMs = 4_000;

/** Rows 5 and 12: what an idle connection costs, and each service's memory against its limit, idle and loaded. */
export const memoryRow: Row = {
  number: 5,
  title: 'memory: an idle connection, each service against its limit',
  async run({ quick, say }) {
    const platform = await startBenchPlatform();
    try {
      const gateway = platform.process('gateway');
      const user = await registerUser(platform.url);
      const idle = Object.fromEntries(platform.processes.map((one) => [one.name, anonymousMiB(one.pid)]));
      const open = async (count: number): Promise<WebSocket[]> => {
        const sockets: WebSocket[] = [];
        for (let index = 0; index < count; index++) sockets.push(await openSocket(platform.url, user));
        await sleep(settleMs);
        return sockets;
      };
      // The first ones warm the heap up; the difference between two plateaus is the cost of a connection.
      const sockets = await open(500);
      const before = anonymousMiB(gateway.pid);
      const more = quick ? 1_500 : 4_500;
      sockets.push(...(await open(more)));
      const after = anonymousMiB(gateway.pid);
      const kibEach = ((after - before) * 1_024) / more;
      say(`gateway with 500 sockets ${before.toFixed(1)} MiB, with ${500 + more} ${after.toFixed(1)} MiB`);

      const lanes: SendLane[] = [];
      for (let index = 0; index < 20; index++) {
        const [from, to] = [await registerUser(platform.url), await registerUser(platform.url)];
        const conversationId = await createDirect(platform.url, from, to);
        lanes.push({
          sender: await openSocket(platform.url, from),
          recipient: await openSocket(platform.url, to),
          conversationId,
        });
      }
      const peaks = platform.processes.map((one) => ({
        name: one.name,
        stop: watchPeak(() => anonymousMiB(one.pid)),
      }));
      await loadSends(lanes, 16, 1_000, quick ? 8_000 : 30_000);
      const rows: RowResult[] = [
        {
          row: 5,
          metric: `idle authenticated connection (gateway, ${500 + more} sockets)`,
          storm: `${kibEach.toFixed(1)} KiB`,
          limit: '-',
          ratio: '-',
          must: '<= 16 KiB',
          goal: '<= 10 KiB',
          verdict: judge(kibEach, 'lower', 16, 10),
        },
      ];
      for (const { name, stop } of peaks) {
        const limit = limitsMiB[name] ?? 128;
        const peak = stop();
        const idleShare = (idle[name] ?? Number.NaN) / limit;
        const loadedShare = peak / limit;
        const isGoal = idleShare <= 0.45 && loadedShare <= 0.6;
        rows.push({
          row: 12,
          metric: `anonymous memory of ${name}: idle, and at its highest under row 1's load and ${500 + more} idle sockets`,
          storm: `${(idle[name] ?? 0).toFixed(0)} / ${peak.toFixed(0)} MiB`,
          limit: `${limit} MiB`,
          ratio: `${idleShare.toFixed(2)} / ${loadedShare.toFixed(2)}`,
          must: '<= 0.75 loaded',
          goal: '<= 0.45 / 0.60',
          verdict: isGoal ? 'GOAL' : loadedShare <= 0.75 ? 'MUST' : 'FAIL',
        });
      }
      for (const socket of sockets) socket.terminate();
      for (const { sender, recipient } of lanes) for (const socket of [sender, recipient]) socket.terminate();
      return rows;
    } finally {
      await platform.stop();
    }
  },
};
