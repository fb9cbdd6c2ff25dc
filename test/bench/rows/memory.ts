import type { ServiceName } from '@storm/devstack';
import type { WebSocket } from 'ws';
import { type BenchUser, closeSockets, openSockets } from '../bench-platform.ts';
import { deployed, type Lab, type Site } from '../lab.ts';
import { anonymousMiB, sleep, thousands, watchPeak } from '../measure.ts';
import { judge, type Row, type RowResult, skipped } from '../row.ts';
import { loadSends } from '../send-load.ts';
import { closeLanes, openLanes, senders, window } from './sends.ts';

const idleSockets = 5_000;
const loadedSockets = 1_000;
const settleMs = 3_000;
const mebibyte = 1_048_576;

/** What a service holds: by its control group where there are such, else the anonymous memory of its process. */
const readMiB = ({ groups, platform }: Site, name: string): number => {
  const group = groups.get(name);
  return group === undefined
    ? anonymousMiB(platform.process(name).pid)
    : group.readUsage().workingSetBytes / mebibyte;
};

/** Rows 5, 12 and 14: an idle connection; each service's memory, idle and loaded; everything inside its limits at once. */
export const memoryRow: Row = {
  gives: [5, 12, 14],
  title: 'memory of a connection and of each service; everything inside the limits of the deployment',
  async run(lab) {
    const site = await lab.site({ canLimitCpu: true });
    const { platform } = site;
    const names = platform.processes.map(({ name }) => name);
    const how = lab.groupFault === null ? 'by control group' : `anonymous, ${lab.groupFault}`;
    await sleep(settleMs);
    const idle = new Map(names.map((name) => [name, readMiB(site, name)]));
    const {
      platform: { url },
    } = site;
    const [user] = (await site.users(1)) as [BenchUser];
    const sockets = await openSockets([url], [user], loadedSockets);
    try {
      const lanes = await openLanes(site);
      const peaks = names.map((name) => ({ name, stop: watchPeak(() => readMiB(site, name)) }));
      await loadSends({ lanes, window, warmUpMs: 1_000, measureMs: lab.quick ? 5_000 : 30_000 });
      const loaded = new Map(peaks.map(({ name, stop }) => [name, stop()]));
      const connection = await measureConnection(site, user, sockets);
      const inLimits = await measureInLimits(lab, site, lanes);
      closeLanes(lanes);
      return [
        connection,
        ...names.flatMap((name) => judgeMemory(name, idle.get(name) ?? 0, loaded.get(name) ?? 0, how)),
        judge(
          {
            row: 12,
            metric: `memory of the idle gateway against its request, ${how}`,
            storm: `${(idle.get('gateway') ?? 0).toFixed(0)} MiB`,
          },
          { value: idle.get('gateway') ?? 0, sense: 'lower', must: null, goal: 64, unit: ' MiB' },
        ),
        ...inLimits,
      ];
    } finally {
      closeSockets(sockets);
    }
  },
};

/** Opens the rest of the idle sockets. The heap is warm: the difference of two plateaus is the cost of a connection. */
async function measureConnection(site: Site, user: BenchUser, sockets: WebSocket[]): Promise<RowResult> {
  const { platform } = site;
  const gateway = platform.process('gateway').pid;
  await sleep(settleMs);
  const before = anonymousMiB(gateway);
  const more = idleSockets - sockets.length;
  sockets.push(...(await openSockets([platform.url], [user], more)));
  await sleep(settleMs);
  const kibEach = ((anonymousMiB(gateway) - before) * 1_024) / more;
  return judge(
    {
      row: 5,
      metric: `idle authenticated connection, gateway with ${thousands(idleSockets)}`,
      storm: `${kibEach.toFixed(1)} KiB`,
    },
    { value: kibEach, sense: 'lower', must: 16, goal: 10, unit: ' KiB' },
  );
}

function judgeMemory(name: string, idleMiB: number, loadedMiB: number, how: string): RowResult[] {
  const { memoryMiB } = deployed[name as ServiceName];
  const texts = (state: string, mebibytes: number) => ({
    row: 12,
    metric: `memory of ${name} ${state}, ${how}`,
    storm: `${mebibytes.toFixed(0)} MiB`,
    limit: `${memoryMiB} MiB`,
    ratio: (mebibytes / memoryMiB).toFixed(2),
  });
  return [
    judge(texts('idle', idleMiB), { value: idleMiB / memoryMiB, sense: 'lower', must: null, goal: 0.45 }),
    judge(texts(`under row 1's load with ${thousands(loadedSockets)} idle sockets, highest`, loadedMiB), {
      value: loadedMiB / memoryMiB,
      sense: 'lower',
      must: 0.75,
      goal: 0.6,
    }),
  ];
}

/** Row 1's load with the CPU limits of the deployment in force, its memory limits as always. */
async function measureInLimits(
  lab: Lab,
  site: Site,
  lanes: Parameters<typeof closeLanes>[0],
): Promise<RowResult[]> {
  const metric = `sends/s inside the limits of the deployment (${senders} senders x ${window}, ${thousands(idleSockets)} idle sockets)`;
  if (lab.groupFault !== null) return [skipped(14, metric, lab.groupFault)];
  const { groups, platform } = site;
  const read = () => new Map([...groups].map(([name, group]) => [name, group.readUsage()]));
  for (const [name, group] of groups) group.limitCpu(deployed[name as ServiceName].millicores);
  const before = read();
  const measureMs = lab.quick ? 5_000 : 20_000;
  const figures = await loadSends({ lanes, window, warmUpMs: 2_000, measureMs });
  const after = read();
  for (const group of groups.values()) group.limitCpu(2_000);
  const throttled = [...after].map(([name, usage]) => {
    const seconds = usage.throttledSeconds - (before.get(name)?.throttledSeconds ?? 0);
    return `${name} ${seconds.toFixed(1)} s`;
  });
  const kills = [...after.values()].reduce((sum, usage) => sum + usage.oomKills, 0);
  const lost = figures.totalSent - Math.min(figures.totalSent, figures.totalDelivered);
  const ended = platform.processes.filter((one) => !one.isRunning).length;
  lab.say(
    `inside the limits: ${thousands(figures.sentPerSecond)} sends/s, p50 ${figures.p50Ms.toFixed(0)} ms, p99 ${figures.p99Ms.toFixed(0)} ms; held back: ${throttled.join(', ')}`,
  );
  const isWhole = lost === 0 && kills === 0 && ended === 0;
  return [
    judge(
      {
        row: 14,
        metric,
        storm: `${thousands(figures.sentPerSecond)}/s`,
        notes: [
          `held back by the CPU limit: ${throttled.join(', ')}`,
          `${thousands(figures.totalSent)} acknowledged, ${lost} of them not delivered, ${kills} killed for memory, ${ended} services ended`,
        ],
      },
      { value: isWhole ? figures.sentPerSecond : 0, sense: 'higher', must: 3_000, goal: 8_000, unit: '/s' },
    ),
  ];
}
