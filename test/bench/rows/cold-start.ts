import { fileURLToPath } from 'node:url';
import type { ServiceName } from '@storm/devstack';
import { createControlGroup } from '../../limits/control-group.ts';
import { deployed } from '../../limits/deployed.ts';
import { median } from '../measure.ts';
import { judge, type Row, type RowResult, skipped } from '../row.ts';
import { environmentOf, startTwin } from '../start-beside.ts';

const healthPath = (name: string): string => (name === 'user' ? '/' : '/health');

/** Row 13: cold start of each service inside its limits, beside an empty HTTP server inside the same. All at once, as a deployment starts them. */
export const coldStartRow: Row = {
  gives: [13],
  title: 'cold start inside the CPU limit',
  async run({ quick, say, site, groupFault, images }) {
    const names = Object.keys(deployed) as ServiceName[];
    if (groupFault !== null) return names.map((name) => skipped(13, `cold start of ${name}`, groupFault));
    const { platform } = await site({ canLimitCpu: true });
    const empty = fileURLToPath(new URL('../limits/empty-service.js', import.meta.url));
    const groups = new Map(
      names.map((name) => {
        const { millicores, memoryMiB } = deployed[name];
        return [name, createControlGroup(`cold-${name}`, { millicores, memoryBytes: memoryMiB * 1_048_576 })];
      }),
    );
    const times = new Map(names.map((name) => [name, { storm: [] as number[], empty: [] as number[] }]));
    /** Seconds from the start of the process to its first healthy answer. */
    const start = async (name: ServiceName, entry: string, env: NodeJS.ProcessEnv, path: string) => {
      const joinFiles = groups.get(name)?.joinFiles ?? [];
      const twin = await startTwin({ entry, env, healthPath: path, joinFiles });
      await twin.stop();
      return twin.readyAfterMs / 1_000;
    };
    try {
      for (let round = 0; round < (quick ? 1 : 3); round++) {
        await Promise.all(
          names.map(async (name) => {
            const entry = images().entry(name);
            const env = environmentOf(platform.process(name).pid);
            times.get(name)?.storm.push(await start(name, entry, env, healthPath(name)));
          }),
        );
        await Promise.all(
          names.map(async (name) => {
            times.get(name)?.empty.push(await start(name, empty, process.env, '/'));
          }),
        );
      }
    } finally {
      for (const group of groups.values()) await group.remove();
    }
    return names.map((name): RowResult => {
      const { storm: ofStorm = [], empty: ofEmpty = [] } = times.get(name) ?? {};
      const [storm, bare] = [median(ofStorm), median(ofEmpty)];
      say(`${name}: ${storm.toFixed(2)} s, empty service ${bare.toFixed(2)} s`);
      return judge(
        {
          row: 13,
          metric: `cold start of ${name} at ${deployed[name].millicores}m, bundled as in its image`,
          storm: `${storm.toFixed(2)} s`,
          limit: `${bare.toFixed(2)} s empty service`,
          ratio: (storm / bare).toFixed(2),
          must: '<= 2x the empty one',
        },
        { value: storm, sense: 'lower', must: Math.max(2 * bare, 2.5), goal: 2.5, unit: ' s' },
      );
    });
  },
};
