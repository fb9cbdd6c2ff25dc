import { readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '@storm/devstack';
import type { Result } from './play-proof.ts';
import { printResult } from './print-result.ts';

const begin = '<!-- results: written by `npm run prove -- --full --write` -->';
const end = '<!-- end of results -->';

/** Puts the printed lines into docs/proofs.md; lines of proofs that were not played now stay. */
export async function writeProofs(results: readonly Result[]): Promise<void> {
  const file = join(repositoryRoot(), 'docs', 'proofs.md');
  const text = await readFile(file, 'utf8');
  const [before, rest] = splitOnce(text, begin);
  const [old, after] = splitOnce(rest, end);
  const kept = old
    .split('\n')
    .filter(
      (line) =>
        line.includes(' | ') && !results.some(({ name }) => line.startsWith(`${dateOf(line)} ${name} `)),
    );
  const date = new Date().toISOString().slice(0, 10);
  const lines = [...kept, ...results.map((result) => `${date} ${printResult(result)}`)].sort((a, b) =>
    a.slice(11).localeCompare(b.slice(11)),
  );
  const [processor] = cpus();
  const machine = `${cpus().length} x ${processor?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
  const block = `${begin}\n\nMachine of the last run: ${machine}.\n\n\`\`\`\n${lines.join('\n')}\n\`\`\`\n\n${end}`;
  await writeFile(file, `${before}${block}${after}`);
}

const dateOf = (line: string): string => line.slice(0, 10);

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  if (at === -1) throw new Error(`docs/proofs.md: the line "${mark}" is missing`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
