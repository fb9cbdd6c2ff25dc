import { execFileSync, spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type ControlGroup, createControlGroup, findControlGroupFault } from '../../limits/control-group.ts';
import { startBenchPlatform } from '../bench-platform.ts';
import { median, sleep } from '../measure.ts';
import { judge, type Row, type RowResult } from '../row.ts';

const services = [
  { name: 'gateway', millicores: 200, health: '/health' },
  { name: 'user', millicores: 250, health: '/' },
  { name: 'message', millicores: 200, health: '/health' },
  { name: 'media', millicores: 200, health: '/health' },
  { name: 'notification', millicores: 200, health: '/health' },
] as const;

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

const enter = ({ joinFiles }: ControlGroup): string =>
  joinFiles.map((file) => `echo $$ > "${file}" &&`).join(' ');

/** Seconds from the start of the process to its first healthy answer, inside the CPU limit. */
async function coldStart(
  group: ControlGroup,
  entry: string,
  env: NodeJS.ProcessEnv,
  health: string,
): Promise<number> {
  const port = await freePort();
  const startedAt = performance.now();
  const child = spawn('sh', ['-c', `${enter(group)} exec "${process.execPath}" "${entry}"`], {
    env: { ...env, PORT: String(port), INSTANCE_ID: `cold-${port}`, LOG_LEVEL: 'error' },
    stdio: 'ignore',
  });
  try {
    while (performance.now() - startedAt < 60_000) {
      const isHealthy = await fetch(`http://127.0.0.1:${port}${health}`).then(
        (response) => response.ok,
        () => false,
      );
      if (isHealthy) return (performance.now() - startedAt) / 1_000;
      await sleep(20);
    }
    throw new Error(`${entry} was not healthy in 60 s`);
  } finally {
    child.kill('SIGKILL');
    await once(child, 'exit');
  }
}

const environmentOf = (pid: number): NodeJS.ProcessEnv =>
  Object.fromEntries(
    readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

/** Row 13: cold start of each service inside its CPU limit, beside an empty HTTP server inside the same. */
export const coldStartRow: Row = {
  number: 13,
  title: 'cold start inside the CPU limit',
  async run({ quick, say }) {
    const platform = await startBenchPlatform();
    const rows: RowResult[] = [];
    const fault = await findControlGroupFault();
    // As in the images: bundled.
    const bundles = mkdtempSync(join(tmpdir(), 'storm-bundles-'));
    const build = fileURLToPath(new URL('../../../../services/build.mjs', import.meta.url));
    execFileSync(process.execPath, [build, bundles, ...services.map((one) => one.name)], { stdio: 'ignore' });
    try {
      for (const { name, millicores, health } of services) {
        if (fault !== null) {
          const metric = `cold start of ${name}: ${fault}`;
          rows.push({
            row: 13,
            metric,
            storm: '-',
            limit: '-',
            ratio: '-',
            must: '-',
            goal: '-',
            verdict: 'SKIP',
          });
          continue;
        }
        const group = createControlGroup(`cold-${name}`, { millicores });
        const entry = join(bundles, name, 'dist', 'main.js');
        const empty = fileURLToPath(new URL('../limits/empty-service.js', import.meta.url));
        const env = environmentOf(platform.process(name).pid);
        const ofStorm: number[] = [];
        const ofEmpty: number[] = [];
        for (let round = 0; round < (quick ? 2 : 3); round++) {
          ofStorm.push(await coldStart(group, entry, env, health));
          ofEmpty.push(await coldStart(group, empty, process.env, '/'));
        }
        await group.remove();
        const [storm, bare] = [median(ofStorm), median(ofEmpty)];
        say(`${name}: ${storm.toFixed(2)} s, empty service ${bare.toFixed(2)} s`);
        rows.push({
          row: 13,
          metric: `cold start of ${name} at ${millicores}m, bundled as in its image`,
          storm: `${storm.toFixed(2)} s`,
          limit: `${bare.toFixed(2)} s empty service`,
          ratio: (storm / bare).toFixed(2),
          must: '<= 2.0x',
          goal: '<= 2.5 s',
          verdict: storm <= 2.5 ? 'GOAL' : judge(storm / bare, 'lower', 2, 0),
        });
      }
      return rows;
    } finally {
      await platform.stop();
      rmSync(bundles, { recursive: true, force: true });
    }
  },
};
