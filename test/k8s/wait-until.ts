export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

/** Asks until it holds. @returns after how many ms @throws naming `what` when it does not within `timeoutMs` */
export async function waitUntil(
  what: string,
  timeoutMs: number,
  holds: () => Promise<boolean>,
  everyMs = 250,
): Promise<number> {
  const startedAt = performance.now();
  let lastError: unknown;
  while (performance.now() - startedAt < timeoutMs) {
    try {
      if (await holds()) return performance.now() - startedAt;
    } catch (error) {
      lastError = error;
    }
    await sleep(everyMs);
  }
  throw new Error(`waited ${timeoutMs / 1_000} s in vain for ${what}`, { cause: lastError });
}
