export interface TryUntilDoneOptions {
  /** After the first failure; twice as long after each further one. */
  firstWaitMs: number;
  maxWaitMs: number;
  /** Asked before each try. */
  isOver(): boolean;
  onFailure(error: unknown, attempt: number): void;
}

/** Runs `task` as often as it takes. @returns false when it was over before it was done */
export async function tryUntilDone(
  task: () => Promise<void>,
  { firstWaitMs, maxWaitMs, isOver, onFailure }: TryUntilDoneOptions,
): Promise<boolean> {
  for (let attempt = 0; !isOver(); attempt++) {
    try {
      await task();
      return true;
    } catch (error) {
      onFailure(error, attempt);
      await new Promise((resolve) => setTimeout(resolve, Math.min(firstWaitMs * 2 ** attempt, maxWaitMs)));
    }
  }
  return false;
}
