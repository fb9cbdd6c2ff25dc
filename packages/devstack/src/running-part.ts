import { rm } from 'node:fs/promises';
import type { GuardedProcess } from './guarded-process.ts';
import { type LaunchPlaces, launchPart, STOP_GRACE_MS } from './launch-part.ts';
import type { Part, PartRun, RunningPart } from './part.ts';

export interface RunningPartSettings<Options> {
  run: PartRun<Options>;
  server: GuardedProcess;
  launchPlaces: LaunchPlaces;
  /** By `performance.now()`. */
  startedAt: number;
  /** Removed on stop. */
  temporary: string | undefined;
}

/** The handle of a server that is ready: it outlives the process, which `restart` replaces. */
export function runningPart<Options, Facts extends object>(
  part: Part<Options, Facts>,
  { run, server: firstServer, launchPlaces, startedAt, temporary }: RunningPartSettings<Options>,
): RunningPart<Facts> {
  const { name } = part;
  const { version } = run.binary;
  const onProgress = run.options.onProgress ?? (() => undefined);
  let server = firstServer;
  // False while we are the ones who end it.
  let isWanted = true;

  const welcome = (since: number) => {
    const text = `${version} ready on 127.0.0.1:${run.port}`;
    onProgress({ name, step: 'ready', text, tookMs: performance.now() - since, pid: server.pid });
    isWanted = true;
    server.whenEnded((ending) => {
      if (isWanted) onProgress({ name, step: 'failed', text: `${ending}; its log: ${launchPlaces.logFile}` });
    });
  };
  const end = () => {
    isWanted = false;
    return server.stop(STOP_GRACE_MS);
  };
  welcome(startedAt);

  const handle = {
    ...part.facts(run),
    name,
    version,
    host: '127.0.0.1',
    port: run.port,
    dir: run.dir,
    logTail: (lines?: number) => server.logTail(lines),
    async stop() {
      await end();
      if (temporary) await rm(temporary, { recursive: true, force: true, maxRetries: 5, retryDelay: 100 });
      onProgress({ name, step: 'stopped', text: 'stopped' });
    },
    kill(signal: NodeJS.Signals = 'SIGKILL') {
      if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') isWanted = false;
      server.kill(signal);
    },
    async restart() {
      await end();
      const since = performance.now();
      server = await launchPart(part, run, launchPlaces);
      welcome(since);
    },
  };
  // Getters: what they tell changes with each restart.
  return Object.defineProperties(handle, {
    pid: { enumerable: true, get: () => server.pid },
    isRunning: { enumerable: true, get: () => server.isRunning },
    exited: { enumerable: true, get: () => server.exited.then(() => undefined) },
  }) as RunningPart<Facts>;
}
