import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { printTable } from './print-table.ts';
import type { Row, RowResult } from './row.ts';
import { coldStartRow } from './rows/cold-start.ts';
import { fanoutRow } from './rows/fanout.ts';
import { mediaRow } from './rows/media.ts';
import { memoryRow } from './rows/memory.ts';
import { sendsRow } from './rows/sends.ts';

/** A program may give several rows of the table. */
const programs: readonly (Row & { gives: readonly number[] })[] = [
  { ...sendsRow, gives: [1, 2] },
  { ...fanoutRow, gives: [4] },
  { ...memoryRow, gives: [5, 12] },
  { ...mediaRow, gives: [10] },
  { ...coldStartRow, gives: [13] },
];

const args = process.argv.slice(2);
const quick = args.includes('--quick');
const jsonFile = args.includes('--json') ? args[args.indexOf('--json') + 1] : undefined;
const wanted = args.filter((arg) => /^\d+$/.test(arg)).map(Number);
const unknown = wanted.filter((row) => !programs.some((program) => program.gives.includes(row)));
if (unknown.length > 0) {
  process.stderr.write(
    `no such row: ${unknown.join(', ')}. There are ${programs.flatMap((one) => one.gives).join(', ')}.\n`,
  );
  process.exit(2);
}

const chosen = programs.filter((one) => wanted.length === 0 || one.gives.some((row) => wanted.includes(row)));
const [processor] = cpus();
process.stdout.write(
  `Node ${process.version}, ${cpus().length} x ${processor?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB; ${quick ? 'quick run' : 'full run'}\n`,
);
const results: RowResult[] = [];
for (const program of chosen) {
  const startedAt = performance.now();
  process.stdout.write(`\n${program.title}\n`);
  results.push(...(await program.run({ quick, say: (line) => process.stdout.write(`  ${line}\n`) })));
  process.stdout.write(`  ${((performance.now() - startedAt) / 1_000).toFixed(0)} s\n`);
}
process.stdout.write(`\n${printTable(results)}\n`);
if (jsonFile !== undefined) writeFileSync(jsonFile, JSON.stringify(results, null, 2));
const failed = results.filter((row) => row.verdict === 'FAIL').length;
process.stdout.write(
  `\n${failed === 0 ? 'PASS' : 'FAIL'}: ${results.length - failed} of ${results.length} figures reach "must"\n`,
);
process.exit(failed === 0 ? 0 : 1);
