import type { BenchUser } from '../bench-platform.ts';
import { createCostMeter, showCost } from '../cost-meter.ts';
import { connectMessages, fillConversations } from '../fill-database.ts';
import { type Lab, type Site, sendPath } from '../lab.ts';
import { type LoadSocket, openLoad } from '../load-socket.ts';
import { alternate, thousands } from '../measure.ts';
import { judge, type Row } from '../row.ts';
import { loadSends, type SendLane } from '../send-load.ts';

export const senders = 20;
export const window = 16;

/** Twenty pairs, each with conversations of its own; both ends connected, in turn to each gateway. */
export async function openLanes(site: Site, conversationsEach = 1, count = senders): Promise<SendLane[]> {
  const urls = site.platform.processes.filter(({ name }) => name.startsWith('gateway')).map((one) => one.url);
  const users = await site.users(2 * count);
  const database = await connectMessages(site.platform);
  const lanes: SendLane[] = [];
  for (let index = 0; index < count; index++) {
    const [from, to] = users.slice(2 * index, 2 * index + 2) as [BenchUser, BenchUser];
    const conversationIds = await fillConversations(database, conversationsEach, [from.id, to.id]);
    const turned = index % 2 === 0 ? urls : urls.toReversed();
    const [sender, recipient] = (await openLoad(turned, [from, to], 2)) as [LoadSocket, LoadSocket];
    lanes.push({ sender, recipient, conversationIds });
  }
  await database.end();
  return lanes;
}

export function closeLanes(lanes: readonly SendLane[]): void {
  for (const { sender, recipient } of lanes) {
    sender.close();
    recipient?.close();
  }
}

/** Rows 1 and 2: durable sends over the socket, many and one by one, beside the bare pipeline. */
export const sendsRow: Row = {
  gives: [1, 2],
  title: 'durable sends over the socket',
  async run(lab: Lab) {
    const { quick, say } = lab;
    const measureMs = quick ? 3_000 : 10_000;
    const site = await lab.site({ services: sendPath });
    const bare = await lab.bare();
    const lanes = await openLanes(site);
    const cost = createCostMeter(site.platform);
    const notes: string[] = [];
    // Both have worked for a while before anything counts: what V8 has not compiled yet costs a tenth more.
    await loadSends({ lanes, window, warmUpMs: 0, measureMs: 4_000 });
    await bare.load(senders, window, 2_000);
    const many = await alternate(
      quick ? 2 : 3,
      async () => {
        const figures = await loadSends({
          ...{ lanes, window, warmUpMs: 1_500, measureMs },
          ...{ onBegin: cost.begin, onEnd: cost.end },
        });
        const used = cost.perMessage((figures.sentPerSecond * measureMs) / 1_000);
        const line = `${thousands(figures.sentPerSecond)} sends/s acknowledged, ${thousands(figures.deliveredPerSecond)} delivered to recipients, p50 ${figures.p50Ms.toFixed(1)} ms, p99 ${figures.p99Ms.toFixed(1)} ms; ${showCost(used)}`;
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
    // In many short turns: a millisecond is a matter of the machine's mood.
    const oneMs = measureMs / 3;
    const one = await alternate(
      quick ? 4 : 7,
      async () => {
        const load = { lanes: lanes.slice(0, 1), window: 1, warmUpMs: 300, measureMs: oneMs };
        return (await loadSends(load)).p50Ms;
      },
      async () => (await bare.load(1, 1, oneMs)).p50Ms,
    );
    closeLanes(lanes);
    const { publishes, commits } = await bare.parts(quick ? 1_500 : 5_000);
    const parts = `by themselves: ${thousands(publishes)} publishes/s acknowledged by a stream, ${thousands(commits)} commits/s of a row`;
    say(parts);
    notes.push(parts);
    return [
      judge(
        {
          row: 1,
          metric: 'durable sends/s over the socket, committed and delivered (20 senders x 16)',
          storm: `${thousands(many.a)}/s`,
          limit: `${thousands(many.b)}/s bare pipeline`,
          ratio: many.ratio.toFixed(2),
          notes,
        },
        { value: many.ratio, sense: 'higher', must: 0.35, goal: 0.6 },
      ),
      judge(
        {
          row: 2,
          metric: 'one send, p50',
          storm: `${one.a.toFixed(2)} ms`,
          limit: `${one.b.toFixed(2)} ms bare pipeline`,
          ratio: one.ratio.toFixed(2),
        },
        { value: one.ratio, sense: 'lower', must: 3, goal: 1.6 },
      ),
    ];
  },
};
