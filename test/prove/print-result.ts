import type { Result } from './play-proof.ts';

/** The one line on which a proof ends. */
export function printResult(result: Result): string {
  const { name, bug, part, scale, counts, faults, skipped = [], seed, seconds, versions, verdict } = result;
  const list = (values: Readonly<Record<string, number | string>>): string =>
    Object.entries(values)
      .map(([what, value]) => `${what} ${typeof value === 'number' ? value.toLocaleString('en-US') : value}`)
      .join(', ');
  return [
    `${name}${bug === null ? '' : ` with ${bug}`} (${scale}${part === null ? '' : `, ${part}`})`,
    ...(Object.keys(counts).length > 0 ? [list(counts)] : []),
    ...(Object.keys(faults).length > 0 ? [list(faults)] : []),
    ...skipped.map((what) => `skipped: ${what}`),
    `seed ${seed}, ${seconds.toFixed(0)} s`,
    versions,
    verdict,
  ].join(' | ');
}
