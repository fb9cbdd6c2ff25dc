import { problems } from '../problems.ts';

/** Runs heavy tasks a few at a time, first come first served, and refuses more than it could do in a few seconds. */
export class WorkQueue {
  readonly #concurrency: number;
  readonly #maxWaiting: number;
  readonly #waiting: (() => void)[] = [];
  #running = 0;
  /** Moving average of one task. */
  #taskMs = 50;

  constructor({ concurrency, maxWaiting }: { concurrency: number; maxWaiting: number }) {
    this.#concurrency = concurrency;
    this.#maxWaiting = maxWaiting;
  }

  get waiting(): number {
    return this.#waiting.length;
  }

  /** @throws Problem `busy` at once when the queue is full. */
  async run<T>(task: () => Promise<T>): Promise<T> {
    if (this.#running >= this.#concurrency) {
      if (this.#waiting.length >= this.#maxWaiting) throw this.#refuse();
      // Whoever finishes hands its place on, so `#running` stays as it is.
      await new Promise<void>((resolve) => this.#waiting.push(resolve));
    } else {
      this.#running++;
    }
    const startedAt = performance.now();
    try {
      return await task();
    } finally {
      this.#taskMs += (performance.now() - startedAt - this.#taskMs) / 10;
      const next = this.#waiting.shift();
      if (next === undefined) this.#running--;
      else next();
    }
  }

  #refuse(): Error {
    const queueMs = (this.#waiting.length * this.#taskMs) / this.#concurrency;
    return problems.busy({ retryAfterMs: Math.max(500, Math.round(queueMs)) });
  }
}
