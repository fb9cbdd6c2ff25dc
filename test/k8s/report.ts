import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

/** What was seen, printed as it comes and kept in a file. */
export interface Report {
  title(text: string): void;
  line(text: string): void;
  /** Rows of equal length, the first one the head. */
  table(rows: readonly (readonly string[])[]): void;
  /** A line that ends in PASS or FAIL. */
  check(holds: boolean, text: string): void;
  readonly failed: number;
  /** @returns where it was written */
  save(directory: string, name: string): Promise<string>;
}

export function createReport(print: (line: string) => void = console.log): Report {
  const lines: string[] = [];
  let failed = 0;
  const line = (text: string): void => {
    lines.push(text);
    print(text);
  };
  return {
    line,
    title: (text) => line(`\n## ${text}`),
    table(rows) {
      const widths =
        rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]?.length ?? 0))) ?? [];
      for (const row of rows)
        line(
          row
            .map((cell, column) => cell.padEnd(widths[column] ?? 0))
            .join('  ')
            .trimEnd(),
        );
    },
    check(holds, text) {
      if (!holds) failed++;
      line(`${text}: ${holds ? 'PASS' : 'FAIL'}`);
    },
    get failed() {
      return failed;
    },
    async save(directory, name) {
      await mkdir(directory, { recursive: true });
      const file = join(directory, `${name}.txt`);
      await writeFile(file, `${lines.join('\n')}\n`);
      return file;
    },
  };
}
