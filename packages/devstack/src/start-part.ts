import { chmod, mkdir, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { assertPortFree } from './assert-port-free.ts';
import { findFreePort } from './free-port.ts';
import { type GuardedProcess, startGuardedProcess } from './guarded-process.ts';
import type { Part, PartOptions, PartRun, RunningPart } from './part.ts';
import { waitUntilReady } from './wait-until-ready.ts';

const READY_TIMEOUT_MS = 60_000;
const STOP_GRACE_MS = 8_000;
const ATTEMPTS = 4;

interface StartSettings {
  /** As in `PartOptions`, and the numbers of further ports; what is not given is a random free one. */
  extraPorts?: Record<string, number>;
  logFile?: string;
}

/** Starts any part: finds or installs the server, gives it ports and a folder, waits until it serves. */
export async function startPart<Options extends object, Facts extends object>(
  part: Part<Options, Facts>,
  options: Options & PartOptions,
  settings: StartSettings = {},
): Promise<RunningPart<Facts>> {
  const onProgress = options.onProgress ?? (() => undefined);
  const binary = await part.obtain(onProgress);
  const isTemporary = options.dir === undefined;
  const dir = await dataDir(part, options.dir);
  const logFile = settings.logFile ?? (isTemporary ? join(dir, 'server.log') : `${resolve(dir)}.log`);
  const extraNames = Object.keys(part.extraPorts);

  const choosePorts = async (): Promise<PartRun<Options>> => {
    const extraPorts: Record<string, number> = {};
    for (const name of extraNames) extraPorts[name] = settings.extraPorts?.[name] ?? (await findFreePort());
    const dataFolder = isTemporary ? join(dir, 'data') : dir;
    return {
      binary,
      dir: dataFolder,
      isTemporary,
      port: options.port ?? (await findFreePort()),
      extraPorts,
      options,
    };
  };

  let run = await choosePorts();
  let server: GuardedProcess;
  // False while we are the ones who end it.
  let isWanted = true;
  const launch = async (firstStart: boolean): Promise<GuardedProcess> => {
    for (let attempt = 1; ; attempt += 1) {
      if (firstStart && options.port !== undefined) await assertPortFree(part.name, run.port);
      await mkdir(run.dir, { recursive: true });
      await part.prepare?.(run);
      const { args, env, uid, gid } = part.command(run);
      const started = await startGuardedProcess({
        command: binary.path,
        args,
        env: { ...process.env, ...env },
        // A server with a user of its own may not be let into the folder that we stand in.
        cwd: '/',
        uid,
        gid,
        logFile,
        onLog: options.onLog,
        stopSignal: part.stopSignal,
        removeAfterCrash: isTemporary ? dir : undefined,
      });
      try {
        await waitUntilReady({
          what: `${part.name} ${binary.version}`,
          isReady: () => part.isReady(run),
          process: started,
          timeoutMs: READY_TIMEOUT_MS,
        });
        started.whenEnded((ending) => {
          if (isWanted)
            onProgress({ name: part.name, step: 'failed', text: `${ending}; its log: ${logFile}` });
        });
        isWanted = true;
        return started;
      } catch (error) {
        await started.stop(STOP_GRACE_MS);
        const log = started.logTail();
        const lostPort = /address already in use|bind: |EADDRINUSE/i.test(log);
        if (attempt === ATTEMPTS || !(lostPort || part.isTransientFailure?.(log))) throw error;
        // Somebody took the random port between our look and the server's bind.
        if (lostPort && firstStart) run = await choosePorts();
        await new Promise((done) => setTimeout(done, 250 * attempt));
      }
    }
  };

  const startedAt = performance.now();
  onProgress({ name: part.name, step: 'starting', text: `${binary.version} starting` });
  try {
    server = await launch(true);
  } catch (error) {
    if (isTemporary) await rm(dir, { recursive: true, force: true });
    throw error;
  }
  const tellReady = (sinceMs: number) =>
    onProgress({
      name: part.name,
      step: 'ready',
      text: `${binary.version} ready on 127.0.0.1:${run.port}`,
      tookMs: performance.now() - sinceMs,
      pid: server.pid,
    });
  tellReady(startedAt);

  const stop = async () => {
    isWanted = false;
    await server.stop(STOP_GRACE_MS);
    if (isTemporary) await rm(dir, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
    onProgress({ name: part.name, step: 'stopped', text: 'stopped' });
  };

  return Object.defineProperties(
    {
      ...part.facts(run),
      name: part.name,
      version: binary.version,
      host: '127.0.0.1',
      port: run.port,
      dir: run.dir,
      logTail: (lines?: number) => server.logTail(lines),
      stop,
      kill(signal: NodeJS.Signals = 'SIGKILL') {
        isWanted = false;
        server.kill(signal);
      },
      async restart() {
        const since = performance.now();
        isWanted = false;
        await server.stop(STOP_GRACE_MS);
        server = await launch(false);
        tellReady(since);
      },
    },
    {
      pid: { enumerable: true, get: () => server.pid },
      isRunning: { enumerable: true, get: () => server.isRunning },
      exited: { enumerable: true, get: () => server.exited.then(() => undefined) },
    },
  ) as RunningPart<Facts>;
}

async function dataDir<Options, Facts>(
  part: Part<Options, Facts>,
  given: string | undefined,
): Promise<string> {
  if (given !== undefined) {
    await mkdir(given, { recursive: true });
    return (await part.settleDir?.(resolve(given))) ?? resolve(given);
  }
  const dir = await mkdtemp(join(tmpdir(), `storm-${part.name}-`));
  // A server with a user of its own must be able to pass through.
  await chmod(dir, 0o711);
  return dir;
}
