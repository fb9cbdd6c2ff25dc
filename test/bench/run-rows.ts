import type { Lab } from './lab.ts';
import type { Row, RowResult } from './row.ts';
import { coldStartRow } from './rows/cold-start.ts';
import { consumerRow } from './rows/consumer.ts';
import { deliveryRow } from './rows/delivery.ts';
import { fanoutRow } from './rows/fanout.ts';
import { historyRow } from './rows/history.ts';
import { loginsRow } from './rows/logins.ts';
import { mediaRow } from './rows/media.ts';
import { memoryRow } from './rows/memory.ts';
import { proxiedGetRow } from './rows/proxied-get.ts';
import { scalingRow } from './rows/scaling.ts';
import { sendsRow } from './rows/sends.ts';
import { unreadRow } from './rows/unread.ts';

/** In the order in which they share what runs. */
const programs: readonly Row[] = [
  // First: its limit inserts into an empty table, and so should it.
  consumerRow,
  sendsRow,
  deliveryRow,
  fanoutRow,
  proxiedGetRow,
  loginsRow,
  unreadRow,
  historyRow,
  scalingRow,
  memoryRow,
  mediaRow,
  coldStartRow,
];

/** Runs the programs that give the wanted rows. What fails is measured again, `again` times; the best counts. */
export async function runRows(
  lab: Lab,
  wanted: readonly number[],
  again: number,
  say: (line: string) => void,
): Promise<RowResult[]> {
  const chosen = programs.filter(
    (one) => wanted.length === 0 || one.gives.some((row) => wanted.includes(row)),
  );
  const results: RowResult[] = [];
  for (const program of chosen) {
    const startedAt = performance.now();
    say(`\n${program.title}`);
    let best = await program.run(lab);
    for (let round = 0; round < again && best.some(isFailed); round++) {
      say(`  below "must", measured again (${round + 1} of ${again})`);
      const next = await program.run(lab);
      best = best.map((one, index) => (isFailed(one) ? (next[index] ?? one) : one));
    }
    results.push(...best);
    say(`  ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`);
  }
  return results
    .filter((one) => wanted.length === 0 || wanted.includes(one.row))
    .sort((a, b) => a.row - b.row);
}

const isFailed = ({ verdict }: RowResult): boolean => verdict === 'FAIL';
