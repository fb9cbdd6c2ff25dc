import { type ChildProcess, fork, spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { sleep } from './measure.ts';

export interface Beside {
  readonly url: string;
  readonly pid: number;
  stop(): Promise<void>;
}

async function stopChild(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  child.kill('SIGKILL');
  await once(child, 'exit');
}

/** Starts a program of `limits/`, which tells its address when it serves. */
export async function startLimit(name: string, args: readonly string[] = []): Promise<Beside> {
  const child = fork(fileURLToPath(new URL(`./limits/${name}.js`, import.meta.url)), [...args]);
  const [{ port }] = (await Promise.race([
    once(child, 'message'),
    once(child, 'exit').then(() => {
      throw new Error(`${name} ended before it served`);
    }),
  ])) as [{ port: number }];
  return { url: `http://127.0.0.1:${port}`, pid: child.pid ?? 0, stop: () => stopChild(child) };
}

/** The environment that a running process was started with. Linux. */
export const environmentOf = (pid: number): NodeJS.ProcessEnv =>
  Object.fromEntries(
    readFileSync(`/proc/${pid}/environ`, 'utf8')
      .split('\0')
      .filter((line) => line.includes('='))
      .map((line) => [line.slice(0, line.indexOf('=')), line.slice(line.indexOf('=') + 1)]),
  );

export async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  if (address === null || typeof address === 'string') throw new Error('no port');
  return address.port;
}

export interface Twin {
  entry: string;
  env: NodeJS.ProcessEnv;
  healthPath: string;
  /** Of the control group that it is to be in. */
  joinFiles?: readonly string[];
  withinMs?: number;
}

/** Starts a service beside the running ones and waits until it is healthy. */
export async function startTwin(twin: Twin): Promise<Beside & { readyAfterMs: number }> {
  const { entry, env, healthPath, joinFiles = [], withinMs = 60_000 } = twin;
  const port = await freePort();
  const startedAt = performance.now();
  const join = joinFiles.map((file) => `echo $$ > "${file}" && `).join('');
  const child = spawn('sh', ['-c', `${join}exec "${process.execPath}" "${entry}"`], {
    env: { ...env, PORT: String(port), INSTANCE_ID: `bench-${port}`, LOG_LEVEL: 'error' },
    stdio: 'ignore',
  });
  const url = `http://127.0.0.1:${port}`;
  while (performance.now() - startedAt < withinMs) {
    const isHealthy = await fetch(url + healthPath).then(
      (answer) => answer.ok,
      () => false,
    );
    if (isHealthy)
      return {
        url,
        pid: child.pid ?? 0,
        readyAfterMs: performance.now() - startedAt,
        stop: () => stopChild(child),
      };
    await sleep(20);
  }
  await stopChild(child);
  throw new Error(`${entry} was not healthy in ${withinMs} ms`);
}
