import type { RowResult } from './row.ts';

const columns = ['row', 'metric', 'storm', 'limit', 'ratio', 'must', 'goal', 'verdict'] as const;

/** The table as text, one line a row, and the notes below. */
export function printTable(rows: readonly RowResult[]): string {
  const cells = [columns.map(String), ...rows.map((row) => columns.map((column) => String(row[column])))];
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
