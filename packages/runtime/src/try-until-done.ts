import { pause } from './pause.ts';

export interface TryUntilDoneOptions {
  /** After the first failure; twice as long after each further one. */
  firstWaitMs: number;
  maxWaitMs: number;
  /** Asked before each try. */
  isOver(): boolean;
  /** Ends a wait early, to ask whether it is over. */
  stopping?: AbortSignal;
  onFailure(error: unknown, attempt: number): void;
}

/** Runs `task` as often as it takes. @returns false when it was over before it was done */
export async function tryUntilDone(
  task: () => Promise<void>,
  { firstWaitMs, maxWaitMs, isOver, stopping = new AbortController().signal, onFailure }: TryUntilDoneOptions,
): Promise<boolean> {
  for (let attempt = 0; !isOver(); attempt++) {
    try {
      await task();
      return true;
    } catch (error) {
      onFailure(error, attempt);
      await pause(Math.min(firstWaitMs * 2 ** attempt, maxWaitMs), stopping);
    }
  }
  return false;
}
