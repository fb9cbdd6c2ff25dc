import type { ServiceName } from '@storm/devstack';
import type { WebSocket } from 'ws';
import { deployed } from '../../limits/deployed.ts';
import { closeSockets } from '../bench-platform.ts';
import type { Site } from '../lab.ts';
import { anonymousMiB, cpuSeconds, sleep, thousands, watchPeak } from '../measure.ts';
import { openIdle } from '../open-idle.ts';
import { readGarbageSeconds } from '../read-garbage-seconds.ts';
import { judge, type Row, type RowResult } from '../row.ts';
import { loadSends } from '../send-load.ts';
import { idleSockets, measureInLimits } from './in-limits.ts';
import { closeLanes, openLanes, senders, window } from './sends.ts';

/** Opened before a connection is weighed, so that what the first ones take once is not counted. */
const warmSockets = 1_000;
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
    const names = site.platform.processes.map(({ name }) => name);
    const how = lab.groupFault === null ? 'by control group' : `anonymous, ${lab.groupFault}`;
    await sleep(settleMs);
    const idle = new Map(names.map((name) => [name, readMiB(site, name)]));
    const sockets: WebSocket[] = [];
    try {
      const connection = await measureConnection(site, sockets);
      const lanes = await openLanes(site);
      const peaks = names.map((name) => ({ name, stop: watchPeak(() => readMiB(site, name)) }));
      const { url } = site.platform.process('gateway');
      const [cpu, garbage] = [
        cpuSeconds(site.platform.process('gateway').pid),
        await readGarbageSeconds(url),
      ];
      await loadSends({ lanes, window, warmUpMs: 1_000, measureMs: lab.quick ? 5_000 : 30_000 });
      const share =
        ((await readGarbageSeconds(url)) - garbage) /
        (cpuSeconds(site.platform.process('gateway').pid) - cpu);
      lab.say(`under load the gateway spends ${(share * 100).toFixed(0)} % of its CPU on garbage`);
      const loaded = new Map(peaks.map(({ name, stop }) => [name, stop()]));
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

/** Opens the idle sockets. The heap is warm: the difference of two plateaus is the cost of a connection. */
async function measureConnection(site: Site, sockets: WebSocket[]): Promise<RowResult> {
  const gateway = site.platform.process('gateway').pid;
  sockets.push(...(await openIdle(site, warmSockets)));
  await sleep(settleMs);
  const before = anonymousMiB(gateway);
  const more = idleSockets - warmSockets;
  sockets.push(...(await openIdle(site, more)));
  await sleep(settleMs);
  const kibEach = ((anonymousMiB(gateway) - before) * 1_024) / more;
  return judge(
    {
      row: 5,
      metric: `idle authenticated connection, gateway with ${thousands(idleSockets)} people in three groups each`,
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
  const state = `under row 1's load (${senders} senders x ${window}) with ${thousands(idleSockets)} idle sockets, highest`;
  return [
    judge(texts('idle', idleMiB), { value: idleMiB / memoryMiB, sense: 'lower', must: null, goal: 0.45 }),
    judge(texts(state, loadedMiB), {
      value: loadedMiB / memoryMiB,
      sense: 'lower',
      must: 0.75,
      goal: 0.6,
    }),
  ];
}
