import { execFile } from 'node:child_process';
import { access, constants } from 'node:fs/promises';
import { delimiter, join } from 'node:path';
import { promisify } from 'node:util';
import type { Binary } from './obtain-binary.ts';

export interface PathRule {
  /** Program names, the preferred first. */
  programs: string[];
  /** Makes the program print its version. */
  versionArgs: string[];
  /** The version if what was printed is a program we can use, else null. */
  accept(output: string): string | null;
  /** Said when none was found: "no nats-server 2.14 or newer on PATH". */
  missing: string;
}

const runFile = promisify(execFile);

/** The first program on PATH that the rule accepts. */
export async function findOnPath(rule: PathRule, path = process.env.PATH ?? ''): Promise<Binary | null> {
  for (const program of rule.programs) {
    for (const folder of path.split(delimiter).filter(Boolean)) {
      const candidate = join(folder, program);
      if (!(await isExecutable(candidate))) continue;
      const version = await versionOf(candidate, rule);
      if (version !== null) return { path: candidate, version };
    }
  }
  return null;
}

async function versionOf(candidate: string, rule: PathRule): Promise<string | null> {
  try {
    const { stdout, stderr } = await runFile(candidate, rule.versionArgs, { timeout: 10_000 });
    return rule.accept(stdout + stderr);
  } catch {
    return null; // A program that cannot tell its version is not one to start.
  }
}

async function isExecutable(path: string): Promise<boolean> {
  return access(path, constants.X_OK).then(
    () => true,
    () => false,
  );
}

/** Whether dotted version `found` is at least `wanted`. */
export function isAtLeast(found: string, wanted: string): boolean {
  const [have, want] = [found, wanted].map((version) => version.split('.').map(Number));
  for (const [index, number] of (want ?? []).entries()) {
    const other = have?.[index] ?? 0;
    if (other !== number) return other > number;
  }
  return true;
}
