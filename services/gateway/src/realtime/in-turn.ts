/**
 * Runs at most `maxAtOnce` of the tasks at the same time, the others in the order in which they came: a herd that
 * comes back after a restart asks as many questions as it has sockets, and who answers takes only so many at once.
 */
export function createInTurn(maxAtOnce: number): <T>(task: () => Promise<T>) => Promise<T> {
  const waiting: (() => void)[] = [];
  let running = 0;
  return async (task) => {
    if (running >= maxAtOnce) await new Promise<void>((resolve) => waiting.push(resolve));
    else running++;
    try {
      return await task();
    } finally {
      // The place goes to the next one in line, or is free.
      const next = waiting.shift();
      if (next === undefined) running--;
      else next();
    }
  };
}
