import { readFile, writeFile } from 'node:fs/promises';
import { cpus, totalmem } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from '@storm/devstack';
import type { Result } from './play-proof.ts';
import { printResult } from './print-result.ts';

const begin = '<!-- results: written by `npm run prove -- --full --write` -->';
const end = '<!-- end of results -->';

/** Puts the printed line into docs/proofs.md, in the place of the last one of the same proof, scale and part. */
export async function writeProof(result: Result): Promise<void> {
  const file = join(repositoryRoot(), 'docs', 'proofs.md');
  const date = new Date().toISOString().slice(0, 10);
  const text = replaceLine(await readFile(file, 'utf8'), `${date} ${printResult(result)}`, describeMachine());
  await writeFile(file, text);
}

/** The document with this line in it; lines of other proofs stay as they are. */
export function replaceLine(text: string, line: string, machine: string): string {
  const [before, rest] = splitOnce(text, begin);
  const [old, after] = splitOnce(rest, end);
  const kept = old.split('\n').filter((one) => one.includes(' | ') && titleOf(one) !== titleOf(line));
  const lines = [...kept, line].sort((a, b) => titleOf(a).localeCompare(titleOf(b)));
  const block = `\n\nMachine of the last run: ${machine}.\n\n\`\`\`\n${lines.join('\n')}\n\`\`\`\n\n`;
  return `${before}${begin}${block}${end}${after}`;
}

/** What was played: the line up to its figures, without the date. */
const titleOf = (line: string): string => line.slice(line.indexOf(' ') + 1, line.indexOf(' | '));

function describeMachine(): string {
  const [processor] = cpus();
  return `${cpus().length} x ${processor?.model ?? 'unknown'}, ${Math.round(totalmem() / 2 ** 30)} GiB`;
}

function splitOnce(text: string, mark: string): [string, string] {
  const at = text.indexOf(mark);
  if (at === -1) throw new Error(`docs/proofs.md: the line "${mark}" is missing`);
  return [text.slice(0, at), text.slice(at + mark.length)];
}
