import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { connect } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { startGuardedProcess } from './guarded-process.ts';

const built = new URL('../dist/index.js', import.meta.url).href;

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connect(port, '127.0.0.1');
    socket.once('error', () => resolve(false));
    socket.once('connect', () => resolve(true)).once('connect', () => socket.destroy());
  });
}

async function until(isTrue: () => Promise<boolean>, timeoutMs: number): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  while (!(await isTrue())) {
    if (performance.now() > deadline) throw new Error(`not so after ${timeoutMs} ms`);
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
}

async function startInAnotherProcess(script: string) {
  const parent = spawn(process.execPath, ['--input-type=module', '-e', script], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const [line] = await new Promise<string[]>((resolve) =>
    createInterface(parent.stdout).once('line', (text) => resolve([text])),
  );
  return { parent, told: JSON.parse(line ?? '') };
}

test('servers stop and their temporary folders go when the process that started them is killed', async () => {
  const { parent, told } = await startInAnotherProcess(`
    import { startPostgres, startNats } from '${built}';
    const [postgres, nats] = await Promise.all([startPostgres({ durable: false }), startNats()]);
    console.log(JSON.stringify({ ports: [postgres.port, nats.port], dirs: [postgres.dir, nats.dir] }));
    setInterval(() => undefined, 1000);
  `);
  expect(await Promise.all(told.ports.map(isListening))).toEqual([true, true]);
  parent.kill('SIGKILL');
  for (const port of told.ports) await until(async () => !(await isListening(port)), 10_000);
  for (const dir of told.dirs) await until(async () => !existsSync(join(dir, '..')), 10_000);
});

test('a process that forgets to stop its server still ends, and the server with it', async () => {
  const { parent, told } = await startInAnotherProcess(`
    import { startRedis } from '${built}';
    console.log(JSON.stringify({ port: (await startRedis()).port }));
  `);
  await new Promise((resolve) => (parent.exitCode === null ? parent.once('exit', resolve) : resolve(null)));
  await until(async () => !(await isListening(told.port)), 10_000);
});

test('a child that ignores the stop signal is ended by force, with all below it', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'storm-guard-'));
  const child = await startGuardedProcess({
    command: 'sh',
    args: ['-c', 'trap "" TERM; sleep 60 & echo $!; wait; wait'],
    env: process.env,
    logFile: join(dir, 'child.log'),
    stopSignal: 'SIGTERM',
  });
  await until(async () => child.logTail() !== '', 5_000);
  const below = Number(child.logTail());
  await child.stop(300);
  expect(await child.exited).toBe('was ended by SIGKILL');
  await until(
    async () => /^State:\s+Z/m.test(await readFile(`/proc/${below}/status`, 'utf8').catch(() => 'State: Z')),
    5_000,
  );
  await rm(dir, { recursive: true });
});

test('lines are passed on as they come and kept in the log file', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'storm-guard-'));
  const lines: string[] = [];
  const child = await startGuardedProcess({
    command: 'sh',
    args: ['-c', 'echo one; echo two >&2; exit 3'],
    env: process.env,
    logFile: join(dir, 'child.log'),
    onLog: (line) => lines.push(line),
    stopSignal: 'SIGTERM',
  });
  expect(await child.exited).toBe('ended with code 3');
  expect(lines.sort()).toEqual(['one', 'two']);
  expect(child.logTail(1)).toMatch(/^(one|two)$/);
  await rm(dir, { recursive: true });
});

test('a program that is not there is named', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'storm-guard-'));
  const start = startGuardedProcess({
    command: '/no/such/program',
    args: [],
    env: {},
    logFile: join(dir, 'child.log'),
    stopSignal: 'SIGTERM',
  });
  await expect(start).rejects.toThrow('/no/such/program could not be started');
  await rm(dir, { recursive: true });
});
