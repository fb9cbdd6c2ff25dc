import type { ServiceName } from '@storm/devstack';
import type { ControlGroupUsage } from '../../limits/control-group.ts';
import { deployed } from '../../limits/deployed.ts';
import type { Lab, Site } from '../lab.ts';
import { thousands } from '../measure.ts';
import { judge, type RowResult, skipped } from '../row.ts';
import { loadSends, type SendLane } from '../send-load.ts';
import { senders, window } from './sends.ts';

export const idleSockets = 5_000;

/** Row 14: row 1's load with the CPU limits of the deployment in force, its memory limits as always. */
export async function measureInLimits(
  lab: Lab,
  site: Site,
  lanes: readonly SendLane[],
): Promise<RowResult[]> {
  const metric = `sends/s inside the limits of the deployment (${senders} senders x ${window}, ${thousands(idleSockets)} idle sockets)`;
  if (lab.groupFault !== null) return [skipped(14, metric, lab.groupFault)];
  const { groups, platform } = site;
  const read = () => new Map([...groups].map(([name, group]) => [name, group.readUsage()]));
  const before = read();
  for (const [name, group] of groups) group.limitCpu(deployed[name as ServiceName].millicores);
  const measureMs = lab.quick ? 5_000 : 20_000;
  const startedAt = performance.now();
  const figures = await loadSends({ lanes, window, warmUpMs: 2_000, measureMs });
  const seconds = (performance.now() - startedAt) / 1_000;
  for (const group of groups.values()) group.limitCpu(2_000);
  const after = read();
  const each = (tell: (of: (field: keyof ControlGroupUsage) => number, name: string) => string): string =>
    [...after]
      .map(([name, usage]) => tell((field) => usage[field] - (before.get(name)?.[field] ?? 0), name))
      .join(', ');
  const costs = `CPU a send: ${each((of, name) => `${name} ${((of('cpuSeconds') * 1e6) / figures.totalSent).toFixed(0)} us`)}`;
  const throttled = each((of, name) => `${name} ${of('throttledSeconds').toFixed(1)} s`);
  const kills = [...after.values()].reduce((sum, usage) => sum + usage.oomKills, 0);
  const lost = figures.totalSent - Math.min(figures.totalSent, figures.totalDelivered);
  const ended = platform.processes.filter((one) => !one.isRunning).map((one) => one.name);
  lab.say(
    `inside the limits: ${thousands(figures.sentPerSecond)} sends/s, p50 ${figures.p50Ms.toFixed(0)} ms, p99 ${figures.p99Ms.toFixed(0)} ms`,
  );
  lab.say(costs);
  lab.say(`held back in ${seconds.toFixed(1)} s: ${throttled}`);
  const isWhole = lost === 0 && kills === 0 && ended.length === 0;
  return [
    judge(
      {
        row: 14,
        metric,
        storm: `${thousands(figures.sentPerSecond)}/s`,
        notes: [
          costs,
          `held back by the CPU limit in ${seconds.toFixed(1)} s: ${throttled}`,
          `${thousands(figures.totalSent)} acknowledged, ${lost} of them not delivered, ${kills} killed for memory, ${ended.length} services ended`,
        ],
      },
      { value: isWhole ? figures.sentPerSecond : 0, sense: 'higher', must: 3_000, goal: 8_000, unit: '/s' },
    ),
  ];
}
