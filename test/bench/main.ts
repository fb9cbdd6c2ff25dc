import { writeFileSync } from 'node:fs';
import { cpus, totalmem } from 'node:os';
import { createLab } from './lab.ts';
import { sleep } from './measure.ts';
import { printTable } from './print-table.ts';
import { readArguments } from './read-arguments.ts';
import type { RowResult } from './row.ts';
import { runRows } from './run-rows.ts';
import { writeReport } from './write-report.ts';

const options = readArguments(process.argv.slice(2));
const { quick, rows, again, jsonFile, write } = options;
const lines: string[] = [];
const say = (line: string): void => {
  process.stdout.write(`${line}\n`);
  lines.push(line);
};

const [processor] = cpus();
say(
  `Node ${process.version}, ${cpus().length} x ${processor?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB; ${quick ? 'quick run' : 'full run'}`,
);
const startedAt = performance.now();
const lab = await createLab({ quick, historyRows: options.historyRows, say: (line) => say(`  ${line}`) });
let results: RowResult[];
try {
  results = await runRows(lab, rows, again, say);
} catch (error) {
  // A service that has ended is told of in a moment: it is the likely cause.
  await sleep(500);
  throw error;
} finally {
  await lab.stop();
}
say(`\n${printTable(results)}`);
say(`\n${[...lab.versions].map(([name, version]) => `${name} ${version}`).join(', ')}`);
if (jsonFile !== undefined) writeFileSync(jsonFile, `${JSON.stringify(results, null, 2)}\n`);
const count = (verdict: RowResult['verdict']): number =>
  results.filter((one) => one.verdict === verdict).length;
const failed = count('FAIL');
say(
  `\n${failed === 0 ? 'PASS' : 'FAIL'}: ${count('GOAL')} figures reach "goal", ${count('MUST')} "must", ${failed} neither, ${count('SKIP')} skipped; ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`,
);
if (write) await writeReport({ results, lines, versions: lab.versions });
process.exit(failed === 0 ? 0 : 1);
