import { type Backoff, backoffMs } from './backoff.ts';
import { sleep } from './sleep.ts';
import { isRetryable } from './storm-problem.ts';

export interface RetryOptions {
  /** No try begins later than this after the first. */
  withinMs: number;
  backoff?: Backoff;
  signal?: AbortSignal | undefined;
}

export const defaultBackoff: Backoff = { firstMs: 200, maxMs: 8_000 };

/**
 * Tries until it works, the problem is not retryable, or time is up; then throws the last problem.
 * Waits at least what the problem's `retryAfterMs` asks for.
 */
export async function retry<T>(task: () => Promise<T>, options: RetryOptions): Promise<T> {
  const { withinMs, backoff = defaultBackoff, signal } = options;
  const deadlineAtMs = Date.now() + withinMs;
  for (let tries = 0; ; tries++) {
    try {
      return await task();
    } catch (error) {
      const waitMs = Math.max(backoffMs(tries, backoff), isRetryable(error) ? (error.retryAfterMs ?? 0) : 0);
      if (!isRetryable(error) || Date.now() + waitMs > deadlineAtMs) throw error;
      await sleep(waitMs, signal);
    }
  }
}
