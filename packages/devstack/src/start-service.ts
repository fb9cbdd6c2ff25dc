import type { GuardedProcess } from './guarded-process.ts';
import type { OnProgress } from './progress.ts';
import { type NodeProcessOptions, startNode } from './start-node.ts';
import { waitUntilReady } from './wait-until-ready.ts';

const READY_TIMEOUT_MS = 90_000;
const HEALTH_TIMEOUT_MS = 5_000;
/** A service drains for a few seconds; the deployment gives it 30. */
const STOP_GRACE_MS = 10_000;

export interface ServiceOptions extends NodeProcessOptions {
  port: number;
  healthPath: string;
  onProgress: OnProgress;
  givenUp?: AbortSignal;
}

/** A service process that runs. */
export interface RunningService {
  readonly name: string;
  readonly port: number;
  readonly url: string;
  /** Of the process that runs now; another one after `restart`. */
  readonly pid: number;
  readonly isRunning: boolean;
  readonly logFile: string;
  /** Resolves when the process that runs now has ended, however it ended. */
  readonly exited: Promise<void>;
  logTail(lines?: number): string;
  /** SIGTERM, and SIGKILL when it has not drained after 10 s. */
  stop(): Promise<void>;
  kill(signal?: NodeJS.Signals): void;
  /** Stops it if it still runs, and starts it with the same port and environment. */
  restart(): Promise<void>;
}

/** Starts the service and waits until it says that it is healthy. */
export async function startService(options: ServiceOptions): Promise<RunningService> {
  const { name, port, onProgress, logFile } = options;
  const url = `http://127.0.0.1:${port}`;
  let isWanted = true;

  const launch = async (): Promise<GuardedProcess> => {
    const startedAt = performance.now();
    onProgress({ name, step: 'starting', text: 'starting' });
    const started = await startNode(options);
    try {
      await waitUntilReady({
        what: name,
        isReady: async () =>
          (await fetch(url + options.healthPath, { signal: AbortSignal.timeout(HEALTH_TIMEOUT_MS) })).ok,
        process: started,
        timeoutMs: READY_TIMEOUT_MS,
        givenUp: options.givenUp,
      });
    } catch (error) {
      await started.stop(STOP_GRACE_MS);
      throw error;
    }
    const tookMs = performance.now() - startedAt;
    onProgress({ name, step: 'ready', text: `ready on ${url}`, tookMs, pid: started.pid });
    isWanted = true;
    started.whenEnded((ending) => {
      if (isWanted) onProgress({ name, step: 'failed', text: `${ending}; its log: ${logFile}` });
    });
    return started;
  };

  let service = await launch();
  const stop = async () => {
    // One that has ended by itself was not asked to, even if that is not told yet.
    if (service.isRunning) isWanted = false;
    await service.stop(STOP_GRACE_MS);
  };
  return {
    name,
    port,
    url,
    logFile,
    get pid() {
      return service.pid;
    },
    get isRunning() {
      return service.isRunning;
    },
    get exited() {
      return service.exited.then(() => undefined);
    },
    logTail: (lines) => service.logTail(lines),
    stop,
    kill(signal = 'SIGKILL') {
      if (signal !== 'SIGSTOP' && signal !== 'SIGCONT') isWanted = false;
      service.kill(signal);
    },
    async restart() {
      await stop();
      service = await launch();
    },
  };
}
