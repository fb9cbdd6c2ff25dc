import { type ChildProcess, fork } from 'node:child_process';
import { once } from 'node:events';
import type { Logger } from '@storm/runtime';
import type { DrawAnswer, DrawRequest } from './drawing.ts';
import type { PictureDrawer } from './picture-drawer.ts';

/** A hostile picture can ask a decoder for hours; a real one takes seconds on a fifth of a core. */
const drawTimeoutMs = 60_000;
/** A burst of photos shares one process; then its memory goes back. */
const idleMs = 15_000;
/** Fresh it holds some 66 MiB; one that kept more has no room for the next large picture. */
const maxResidentBytes = 72 * 1_048_576;
/** The process may have been killed for reasons that are not the picture's. */
const tries = 2;

/**
 * Nothing of ours: who breaks a decoder finds no credentials. With these the C library gives large blocks back when
 * they are freed, instead of keeping them for later (38 MB of one PNG stayed).
 */
const workerEnv = {
  MALLOC_ARENA_MAX: '1',
  MALLOC_MMAP_THRESHOLD_: '131072',
  MALLOC_TRIM_THRESHOLD_: '131072',
};

/**
 * Decodes in a process of its own. What a decoder does with hostile bytes (a crash, gigabytes, an endless loop) ends
 * that process and nothing else, and while no picture comes the service is the smaller by the whole library.
 */
export function createPictureDrawer({
  workerPath,
  log,
  timeoutMs = drawTimeoutMs,
}: {
  workerPath: string;
  log: Logger;
  timeoutMs?: number;
}): PictureDrawer {
  let worker: ChildProcess | undefined;
  let idle: NodeJS.Timeout | undefined;

  const start = (): ChildProcess => {
    const started = fork(workerPath, [], {
      serialization: 'advanced',
      env: workerEnv,
      execArgv: ['--max-semi-space-size=2', '--max-old-space-size=48'],
      stdio: ['ignore', 'ignore', 'inherit', 'ipc'],
    });
    started.on('error', (error) => log.error({ err: error }, 'picture worker'));
    started.once('exit', (code, signal) => {
      if (worker === started) worker = undefined;
      log.debug({ code, signal }, 'picture worker ended');
    });
    return started;
  };
  const stop = (): void => {
    clearTimeout(idle);
    worker?.kill('SIGKILL');
    worker = undefined;
  };
  const drawOnce = async (request: DrawRequest): Promise<DrawAnswer | null> => {
    worker ??= start();
    const current = worker;
    const ending = new AbortController();
    const timer = setTimeout(() => current.kill('SIGKILL'), timeoutMs);
    try {
      const answered = once(current, 'message', { signal: ending.signal }).then(
        ([answer]) => answer as DrawAnswer,
      );
      const died = once(current, 'exit', { signal: ending.signal }).then(() => null);
      // If it cannot be sent, the process is ending, which is told below.
      current.send(request, () => undefined);
      return await Promise.race([answered, died]);
    } finally {
      clearTimeout(timer);
      ending.abort();
    }
  };
  const rest = (residentBytes: number): void => {
    if (residentBytes > maxResidentBytes) return stop();
    idle = setTimeout(stop, idleMs);
    idle.unref();
  };

  return {
    async draw(request) {
      clearTimeout(idle);
      for (let left = tries; left > 0; left--) {
        const answer = await drawOnce(request);
        if (answer !== null) {
          rest(answer.residentBytes);
          return answer.drawing;
        }
        log.warn({ path: request.path, left: left - 1 }, 'the picture worker died');
      }
      return { failure: 'decoder-died' };
    },
    stop,
  };
}
