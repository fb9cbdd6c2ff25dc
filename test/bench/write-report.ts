import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { drawChart, type Theme } from './draw-chart.ts';
import { tableCells } from './print-table.ts';
import type { RowResult } from './row.ts';

const docs = fileURLToPath(new URL('../../../docs/', import.meta.url));
const themes: readonly Theme[] = ['light', 'dark'];
/** Written by people: where the time goes and what was tried. Kept as it is. */
const handwritten = '## Where the time goes';

/** Writes docs/benchmarks.md and its chart from what was measured; the part written by people stays. */
export async function writeReport(run: {
  results: readonly RowResult[];
  lines: readonly string[];
  versions: ReadonlyMap<string, string>;
}): Promise<void> {
  const file = `${docs}benchmarks.md`;
  await mkdir(`${docs}charts`, { recursive: true });
  for (const theme of themes)
    await writeFile(`${docs}charts/benchmarks-${theme}.svg`, drawChart(run.results, theme));
  await writeFile(file, report(run, await readHandwritten(file)));
}

async function readHandwritten(file: string): Promise<string> {
  const text = await readFile(file, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return '';
    throw error;
  });
  const at = text.indexOf(handwritten);
  return at < 0 ? '' : `\n${text.slice(at)}`;
}

function report({ results, lines, versions }: Parameters<typeof writeReport>[0], kept: string): string {
  const [heading = [], ...body] = tableCells(results);
  const row = (cells: readonly string[]): string =>
    `| ${cells.map((cell) => cell.replaceAll('|', '\\|')).join(' | ')} |`;
  const table = [row(heading), row(heading.map(() => '---')), ...body.map(row)].join('\n');
  return `# Benchmarks

Written by \`npm run bench -- --write\` on ${new Date().toISOString().slice(0, 10)}, Node ${process.version}, ${[...versions].map(([name, version]) => `${name} ${version}`).join(', ')}.
Each figure stands beside a limit measured in the same run on the same machine, in turns; only the ratio travels from one machine to another.

<picture>
  <source media="(prefers-color-scheme: dark)" srcset="charts/benchmarks-dark.svg">
  <img alt="Share of the goal that each figure reaches" src="charts/benchmarks-light.svg">
</picture>

${table}

## The run as printed

\`\`\`
${lines.join('\n')}
\`\`\`
${kept}`;
}
