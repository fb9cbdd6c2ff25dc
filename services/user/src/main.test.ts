import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { fileURLToPath } from 'node:url';
import type { Tokens } from '@storm/contracts';
import { type RunningNats, type RunningPostgres, startNats, startPostgres } from '@storm/devstack';
import { createClient, password } from '../test/create-client.ts';

/** The built service as a process of its own, as it is deployed. */
let postgres: RunningPostgres;
let nats: RunningNats;
const started: ChildProcess[] = [];

beforeAll(async () => {
  [postgres, nats] = await Promise.all([
    startPostgres({ durable: false, databases: ['user_db'] }),
    startNats(),
  ]);
});
afterAll(async () => {
  for (const child of started) child.kill('SIGKILL');
  await Promise.all([postgres.stop(), nats.stop()]);
});

function start(entry: 'main' | 'migrate', change: Record<string, string> = {}): ChildProcess {
  const env = {
    DB_HOST: postgres.host,
    DB_PORT: String(postgres.port),
    DB_USER: postgres.user,
    DB_PASSWORD: postgres.password,
    DB_NAME: 'user_db',
    NATS_URL: nats.url,
    PORT: '0',
    ...change,
  };
  const file = fileURLToPath(new URL(`../dist/${entry}.js`, import.meta.url));
  const child = spawn(process.execPath, [file], { env, stdio: ['ignore', 'pipe', 'pipe'] });
  started.push(child);
  return child;
}

async function endOf(child: ChildProcess): Promise<{ code: number | null; output: string }> {
  let output = '';
  child.stdout?.on('data', (chunk) => (output += chunk));
  child.stderr?.on('data', (chunk) => (output += chunk));
  const [code] = (await once(child, 'close')) as [number | null];
  return { code, output };
}

function waitForLine<T>(child: ChildProcess, text: string): Promise<T> {
  return new Promise((resolve) => {
    child.stdout?.on('data', (chunk) => {
      const line = String(chunk)
        .split('\n')
        .find((one) => one.includes(text));
      if (line !== undefined) resolve(JSON.parse(line) as T);
    });
  });
}

test('a start without its settings names all that is missing', async () => {
  const { code, output } = await endOf(start('main', { DB_HOST: '', DB_USER: '', DB_PASSWORD: '' }));
  expect(code).toBe(1);
  for (const name of ['DB_HOST', 'DB_USER', 'DB_PASSWORD']) expect(output).toContain(name);
});

test('replicas that migrate at the same time wait for one another, and a second run changes nothing', async () => {
  const together = await Promise.all([1, 2, 3].map(() => endOf(start('migrate'))));
  expect(together.map(({ code }) => code)).toEqual([0, 0, 0]);
  expect(
    together.filter(({ output }) =>
      output.includes('"applied":["0001_accounts","0002_search","0003_devices"]'),
    ),
  ).toHaveLength(1);
});

test('SIGTERM lets every request that is here be answered, then ends with code 0', async () => {
  const child = start('main');
  const end = endOf(child);
  const { port } = await waitForLine<{ port: number }>(child, 'listening');
  await waitForLine(child, 'database connected');
  const user = createClient(`http://127.0.0.1:${port}`);
  await user.register('ada');
  const json = { username: 'ada', password };
  const logins = Array.from({ length: 8 }, () => user.call<Tokens>('POST', '/auth/login', { json }));
  await logins[0];
  child.kill('SIGTERM');
  const [answers, { code }] = await Promise.all([Promise.all(logins), end]);
  expect(answers.map(({ status }) => status)).toEqual(Array.from({ length: 8 }, () => 200));
  expect(code).toBe(0);
});
