import './keep-wasm-small.ts';
import type { Logger } from './logger.ts';

/** One step of an orderly end. Steps run in the order given, each within its own bound. */
export interface StopStep {
  readonly name: string;
  readonly timeoutMs: number;
  readonly stop: () => Promise<void> | void;
}

export interface Running {
  /** In the order in which they must run: first stop taking work, then finish it, then close connections. */
  readonly stopSteps: readonly StopStep[];
}

/** The manifests give a pod 30 s from SIGTERM to SIGKILL: all steps together end before that. */
const drainWithinMs = 26_000;
/** Even the last step gets a moment, however long the ones before it took. */
const leastStepMs = 250;

async function within(timeoutMs: number, { stop }: StopStep): Promise<void> {
  let timer: NodeJS.Timeout | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => reject(new Error(`not done after ${timeoutMs} ms`)), timeoutMs);
  });
  try {
    await Promise.race([Promise.resolve(stop()), late]);
  } finally {
    clearTimeout(timer);
  }
}

/**
 * Runs every step, whatever the ones before it did, each within its own bound and what is left for all.
 * @returns the names of those that failed or were late.
 */
export async function stopAll(
  steps: readonly StopStep[],
  log: Logger,
  allWithinMs = drainWithinMs,
): Promise<string[]> {
  const failed: string[] = [];
  const until = performance.now() + allWithinMs;
  for (const step of steps) {
    const leftMs = Math.max(leastStepMs, until - performance.now());
    try {
      await within(Math.min(step.timeoutMs, leftMs), step);
      log.debug({ step: step.name }, 'stopped');
    } catch (error) {
      failed.push(step.name);
      log.error({ step: step.name, err: error }, 'stop step failed');
    }
  }
  return failed;
}

/**
 * The life of a service process: start, serve until SIGTERM or SIGINT, drain, exit.
 * Exit code 0 after a clean drain, 1 when starting failed, a step failed or something was thrown and not caught.
 */
export async function run(log: Logger, start: () => Promise<Running>): Promise<void> {
  let running: Running | undefined;
  let ending = false;
  const end = async (reason: string, code: number): Promise<void> => {
    if (ending) return;
    ending = true;
    log.info({ reason }, 'stopping');
    const failed = running === undefined ? [] : await stopAll(running.stopSteps, log);
    log.info({ failed }, 'stopped');
    log.flush();
    process.exit(failed.length > 0 ? 1 : code);
  };
  const fatal = (reason: string) => (error: unknown) => {
    log.fatal({ err: error }, reason);
    void end(reason, 1);
  };
  process.once('SIGTERM', () => void end('SIGTERM', 0));
  process.once('SIGINT', () => void end('SIGINT', 0));
  process.on('uncaughtException', fatal('uncaught exception'));
  process.on('unhandledRejection', fatal('unhandled rejection'));
  try {
    running = await start();
    log.info('ready');
  } catch (error) {
    fatal('start failed')(error);
  }
}
