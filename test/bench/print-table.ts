import type { RowResult, Verdict } from './row.ts';

const columns = ['row', 'metric', 'storm', 'limit', 'ratio', 'must', 'goal', 'verdict'] as const;

export const verdicts: Record<Verdict, string> = {
  GOAL: 'PASS (goal)',
  MUST: 'PASS (must)',
  FAIL: 'FAIL',
  SKIP: 'SKIP',
};

/** The cells of the table, the heading first. */
export const tableCells = (rows: readonly RowResult[]): string[][] => [
  [...columns],
  ...rows.map((row) =>
    columns.map((column) => (column === 'verdict' ? verdicts[row.verdict] : String(row[column]))),
  ),
];

/** The table as text, one line a row, and the notes below. */
export function printTable(rows: readonly RowResult[]): string {
  const cells = tableCells(rows);
  const widths = columns.map((_, index) => Math.max(...cells.map((line) => line[index]?.length ?? 0)));
  const lines = cells.map((line) =>
    line
      .map((cell, index) => cell.padEnd(widths[index] ?? 0))
      .join('  ')
      .trimEnd(),
  );
  lines.splice(1, 0, widths.map((width) => '-'.repeat(width)).join('  '));
  const notes = rows.flatMap((row) => (row.notes ?? []).map((note) => `row ${row.row}: ${note}`));
  return [...lines, ...notes].join('\n');
}
