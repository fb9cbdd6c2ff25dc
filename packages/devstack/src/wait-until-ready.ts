import type { GuardedProcess } from './guarded-process.ts';

export interface ReadyOptions {
  /** Named in the error. */
  what: string;
  isReady: () => Promise<boolean>;
  process: GuardedProcess;
  timeoutMs: number;
  /** Somebody else's fault made it useless to wait. */
  givenUp?: AbortSignal | undefined;
}

const INTERVAL_MS = 20;

/** @throws when the process ends first or the time is over; the message carries the last lines of its log. */
export async function waitUntilReady({
  what,
  isReady,
  process,
  timeoutMs,
  givenUp,
}: ReadyOptions): Promise<void> {
  const deadline = performance.now() + timeoutMs;
  let lastFault = '';
  while (performance.now() < deadline) {
    givenUp?.throwIfAborted();
    if (!process.isRunning) {
      throw new Error(`${what} ${await process.exited} before it was ready.${quote(process.logTail())}`);
    }
    try {
      if (await isReady()) return;
    } catch (error) {
      lastFault = error instanceof Error ? error.message : String(error);
    }
    await new Promise((resolve) => setTimeout(resolve, INTERVAL_MS));
  }
  const fault = lastFault === '' ? '' : ` Last answer: ${lastFault}.`;
  throw new Error(`${what} was not ready after ${timeoutMs / 1000} s.${fault}${quote(process.logTail())}`);
}

function quote(log: string): string {
  return log === '' ? '' : ` Its last lines:\n${log}`;
}
