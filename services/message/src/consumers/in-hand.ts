/** Counts what is in hand, by partition and in bytes, and tells when one has run empty. */
export function createInHand() {
  const counts = new Map<number, number>();
  const waiting = new Map<number, (() => void)[]>();
  let bytes = 0;
  const wake = (partition: number): void => {
    for (const resolve of waiting.get(partition) ?? []) resolve();
    waiting.delete(partition);
  };
  return {
    enter(partition: number, size: number): void {
      bytes += size;
      counts.set(partition, (counts.get(partition) ?? 0) + 1);
    },
    leave(partition: number, size: number): void {
      bytes = Math.max(0, bytes - size);
      const left = (counts.get(partition) ?? 0) - 1;
      if (left > 0) return void counts.set(partition, left);
      counts.delete(partition);
      wake(partition);
    },
    empty(partition: number): Promise<void> {
      if (!counts.has(partition)) return Promise.resolve();
      return new Promise((resolve) => waiting.set(partition, [...(waiting.get(partition) ?? []), resolve]));
    },
    get bytes() {
      return bytes;
    },
    clear(): void {
      bytes = 0;
      counts.clear();
      for (const partition of [...waiting.keys()]) wake(partition);
    },
  };
}
