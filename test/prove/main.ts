import { randomInt } from 'node:crypto';
import { stopEverything } from '@storm/devstack';
import { allProofs } from './all-proofs.ts';
import { play, type Result } from './play-proof.ts';
import { printResult } from './print-result.ts';
import type { Bug, Proof, Scale } from './proof.ts';
import { writeProof } from './write-proof.ts';

const usage = `npm run prove                             all proofs, a slice of each
npm run prove -- --list                   names them and their planted bugs
npm run prove -- <name ...> [--full] [--seed N] [--part <one of its parts>]
npm run prove -- <name> --plant <bug>     with a bug of the product: ends with FAIL and not with 0 when it is caught
npm run prove -- --full --write           all full runs, printed into docs/proofs.md`;
const print = (line: string): void => void process.stdout.write(`${line}\n`);

interface Wish {
  proofs: readonly Proof[];
  scale: Scale;
  seed: number;
  bug: Bug | undefined;
  part: string | undefined;
  write: boolean;
}

function read(args: readonly string[]): Wish {
  const optionOf = (flag: string): string | undefined =>
    args.includes(flag) ? args[args.indexOf(flag) + 1] : undefined;
  const part = optionOf('--part');
  const values = [optionOf('--seed'), optionOf('--plant'), part];
  const names = args.filter((arg) => !arg.startsWith('--') && !values.includes(arg));
  const unknown = names.filter((name) => !allProofs.some((proof) => proof.name === name));
  if (unknown.length > 0) throw new Error(`no proof "${unknown[0]}"`);
  const proofs = allProofs.filter(({ name }) => names.length === 0 || names.includes(name));
  const bugName = optionOf('--plant');
  const bug = proofs.length === 1 ? proofs[0]?.bugs.find(({ name }) => name === bugName) : undefined;
  if (bugName !== undefined && bug === undefined) throw new Error(`no bug "${bugName}" of one proof`);
  const seed = Number(optionOf('--seed') ?? randomInt(1, 2 ** 31));
  if (!Number.isSafeInteger(seed)) throw new Error('--seed takes a whole number');
  const scale = bug !== undefined ? 'planted' : args.includes('--full') ? 'full' : 'slice';
  return { proofs, scale, seed, bug, part, write: args.includes('--write') };
}

function list(): void {
  for (const { name, row, promise, bugs } of allProofs) {
    print(`${name}${row === null ? '' : ` (row ${row})`}: ${promise}`);
    for (const bug of bugs) print(`  --plant ${bug.name}: ${bug.what}`);
  }
}

async function main(args: readonly string[]): Promise<number> {
  if (args.includes('--list')) {
    list();
    return 0;
  }
  const { proofs, scale, seed, bug, part, write } = read(args);
  const results: Result[] = [];
  for (const proof of proofs) {
    print(`${proof.name}: seed ${seed}${bug === undefined ? '' : `, with ${bug.name}: ${bug.what}`}`);
    const say = (line: string): void => print(`  ${new Date().toISOString().slice(11, 19)} ${line}`);
    const result = await play({ proof, scale, seed, say, ...(bug && { bug }), ...(part && { part }) });
    print(printResult(result));
    results.push(result);
    // At once: what a later one breaks is not lost.
    if (write && bug === undefined) await writeProof(result);
  }
  const count = (verdict: Result['verdict']): number =>
    results.filter((one) => one.verdict === verdict).length;
  const failed = count('FAIL');
  if (proofs.length > 1) {
    print(
      `${failed === 0 ? 'PASS' : 'FAIL'}: ${count('PASS')} passed, ${failed} failed, ${count('SKIPPED')} skipped`,
    );
  }
  return failed === 0 ? 0 : 1;
}

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, () => void stopEverything().finally(() => process.exit(130)));
}
main(process.argv.slice(2)).then(
  (code) => process.exit(code),
  async (error: unknown) => {
    process.stderr.write(
      `${error instanceof Error ? (error.stack ?? error.message) : String(error)}\n\n${usage}\n`,
    );
    await stopEverything();
    process.exit(2);
  },
);
