import { setTimeout as pause } from 'node:timers/promises';
import type { Logger } from '@storm/runtime';

const maxWaitMs = 5_000;

/** Tries until it succeeds, at ever longer intervals up to 5 s; returns without success only when we are stopping. */
export async function untilDone(
  task: () => Promise<void>,
  { what, log, stopping }: { what: string; log: Logger; stopping: AbortSignal },
): Promise<void> {
  for (let waitMs = 200; !stopping.aborted; waitMs = Math.min(waitMs * 2, maxWaitMs)) {
    try {
      return await task();
    } catch (error) {
      log.warn({ err: error, waitMs }, `${what} failed, trying again`);
    }
    await pause(waitMs, undefined, { signal: stopping }).catch(() => undefined);
  }
}
