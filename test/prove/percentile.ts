/**
 * The value below which this fraction of all lies.
 * @throws when there are none: what was never measured must not pass for fast.
 */
export function percentile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const found = sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))];
  if (found === undefined) throw new Error('nothing was measured');
  return found;
}
