import type { Platform } from '@storm/devstack';
import { createDirect, openSocket, registerUser, startBenchPlatform } from '../bench-platform.ts';
import { startBarePipeline } from '../limits/bare-pipeline.ts';
import { alternate, thousands } from '../measure.ts';
import { judge, type Row } from '../row.ts';
import { loadSends, type SendLane } from '../send-load.ts';

const senders = 20;
const window = 16;

async function openLanes(platform: Platform, count: number): Promise<SendLane[]> {
  const lanes: SendLane[] = [];
  for (let index = 0; index < count; index++) {
    const [from, to] = [await registerUser(platform.url), await registerUser(platform.url)];
    const conversationId = await createDirect(platform.url, from, to);
    const [sender, recipient] = [await openSocket(platform.url, from), await openSocket(platform.url, to)];
    lanes.push({ sender, recipient, conversationId });
  }
  return lanes;
}

/** Rows 1 and 2: durable sends over the socket, many and one by one, beside the bare pipeline. */
export const sendsRow: Row = {
  number: 1,
  title: 'durable sends over the socket',
  async run({ quick, say }) {
    const measureMs = quick ? 4_000 : 10_000;
    const rounds = quick ? 2 : 3;
    const platform = await startBenchPlatform({ services: ['gateway', 'user', 'message'] });
    const bare = await startBarePipeline();
    try {
      const lanes = await openLanes(platform, senders);
      const notes: string[] = [];
      const many = await alternate(
        rounds,
        async () => {
          const figures = await loadSends(lanes, window, 2_000, measureMs);
          const line = `${thousands(figures.sentPerSecond)} sends/s acknowledged, ${thousands(figures.deliveredPerSecond)} delivered to recipients, p50 ${figures.p50Ms.toFixed(1)} ms, p99 ${figures.p99Ms.toFixed(1)} ms`;
          say(`storm: ${line}`);
          notes.push(line);
          return Math.min(figures.sentPerSecond, figures.deliveredPerSecond);
        },
        async () => {
          const figures = await bare.load(senders, window, measureMs);
          say(`bare pipeline: ${thousands(figures.perSecond)} /s, p50 ${figures.p50Ms.toFixed(1)} ms`);
          return figures.perSecond;
        },
      );
      const first = lanes.slice(0, 1);
      const one = await alternate(
        rounds,
        async () => (await loadSends(first, 1, 500, measureMs / 2)).p50Ms,
        async () => (await bare.load(1, 1, measureMs / 2)).p50Ms,
      );
      for (const lane of lanes) for (const socket of [lane.sender, lane.recipient]) socket.terminate();
      return [
        {
          row: 1,
          metric: 'durable sends/s over the socket, committed and delivered (20 senders x 16)',
          storm: `${thousands(many.a)}/s`,
          limit: `${thousands(many.b)}/s bare pipeline`,
          ratio: many.ratio.toFixed(2),
          must: '>= 0.35',
          goal: '>= 0.60',
          verdict: judge(many.ratio, 'higher', 0.35, 0.6),
          notes,
        },
        {
          row: 2,
          metric: 'one send, p50',
          storm: `${one.a.toFixed(2)} ms`,
          limit: `${one.b.toFixed(2)} ms bare pipeline`,
          ratio: one.ratio.toFixed(2),
          must: '<= 3.0',
          goal: '<= 1.6',
          verdict: judge(one.ratio, 'lower', 3, 1.6),
        },
      ];
    } finally {
      await bare.stop();
      await platform.stop();
    }
  },
};
