export interface Backoff {
  /** Longest wait before the second try. */
  firstMs: number;
  /** Longest wait before any try. */
  maxMs: number;
}

/**
 * How long to wait after the given failed try (0 is the first): doubles, and half of it is chance, so that clients cut
 * off together do not come back together.
 */
export function backoffMs(failedTries: number, { firstMs, maxMs }: Backoff, random = Math.random): number {
  const ceiling = Math.min(maxMs, firstMs * 2 ** Math.min(failedTries, 30));
  return Math.round(ceiling * (0.5 + random() / 2));
}
