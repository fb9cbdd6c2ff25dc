import type { BenchUser } from '../bench-platform.ts';
import { createCostMeter, showCost } from '../cost-meter.ts';
import { connectMessages, fillConversations, fillMembers } from '../fill-database.ts';
import { type Lab, type Site, sendPath } from '../lab.ts';
import { openLoad } from '../load-socket.ts';
import { thousands } from '../measure.ts';
import type { Row } from '../row.ts';
import { loadSends, type SendLane } from '../send-load.ts';
import { closeLanes, openLanes, senders, window } from './sends.ts';

const hotMembers = 10_000;
const measureMs = 5_000;

interface Variant {
  name: string;
  gateways?: number;
  messages?: number;
  openLanes(site: Site): Promise<SendLane[]>;
}

/** One conversation of 10,000 members that all 20 send to; one of them hears it too. */
async function openHotLanes(site: Site): Promise<SendLane[]> {
  const users = (await site.users(senders + 1)) as BenchUser[];
  const database = await connectMessages(site.platform);
  const ids = users.map((one) => one.id);
  const [conversationId = ''] = await fillConversations(database, 1, ids);
  await fillMembers(database, conversationId, hotMembers - ids.length);
  await database.end();
  const sockets = await openLoad([site.platform.url], users, senders);
  return sockets.map((sender) => ({ sender, conversationIds: [conversationId] }));
}

const spread = (each: number) => (site: Site) => openLanes(site, each);
const variants: readonly Variant[] = [
  { name: '1 gateway, 1 message service', openLanes: spread(1) },
  { name: '1 gateway, 1 message service, 1,000 conversations', openLanes: spread(50) },
  { name: '1 gateway, 1 message service, one conversation of 10,000 members', openLanes: openHotLanes },
  { name: '1 gateway, 2 message services', messages: 2, openLanes: spread(1) },
  { name: '2 gateways, 1 message service', gateways: 2, openLanes: spread(1) },
  { name: '2 gateways, 2 message services', gateways: 2, messages: 2, openLanes: spread(1) },
  {
    name: '2 gateways, 2 message services, 100,000 conversations',
    gateways: 2,
    messages: 2,
    openLanes: spread(5_000),
  },
];

/** Row 1 in other shapes: how rate and cost of a message grow. Told, not judged; only in the full run. */
export const scalingRow: Row = {
  gives: [1],
  title: 'row 1 in other shapes: sends/s and CPU a message',
  async run(lab) {
    if (lab.quick) {
      lab.say('only in the full run');
      return [];
    }
    let base: number | undefined;
    for (const variant of variants) {
      const figures = await measure(lab, variant);
      base ??= figures.costUs;
      lab.say(`${variant.name}: ${figures.line}, ${(figures.costUs / base).toFixed(2)} times the first`);
    }
    return [];
  },
};

async function measure(
  lab: Lab,
  { gateways, messages, openLanes: open }: Variant,
): Promise<{ line: string; costUs: number }> {
  const options = { services: sendPath, ...(gateways && { gateways }), ...(messages && { messages }) };
  const site = await lab.site(options);
  const lanes = await open(site);
  const cost = createCostMeter(site.platform);
  const figures = await loadSends({
    ...{ lanes, window, warmUpMs: 2_000, measureMs },
    ...{ onBegin: cost.begin, onEnd: cost.end },
  });
  closeLanes(lanes);
  const used = cost.perMessage((figures.sentPerSecond * measureMs) / 1_000);
  const line = `${thousands(figures.sentPerSecond)} sends/s, p99 ${figures.p99Ms.toFixed(0)} ms, ${showCost(used)}`;
  return { line, costUs: used.totalUs };
}
