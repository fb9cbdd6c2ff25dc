/** Seconds that a service has spent on garbage since its start, as its own metrics tell. */
export async function readGarbageSeconds(url: string): Promise<number> {
  const text = await (await fetch(`${url}/metrics`)).text();
  const sums = [...text.matchAll(/^nodejs_gc_duration_seconds_sum\{[^}]*\} ([\d.e+-]+)$/gm)];
  return sums.reduce((sum, [, value]) => sum + Number(value), 0);
}
