import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export const median = (values: readonly number[]): number => percentile(values, 0.5);

export function percentile(values: readonly number[], fraction: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  return sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * fraction))] ?? Number.NaN;
}

/** Runs A B A B … so that a machine whose speed drifts favours neither; medians of each. */
export async function alternate(
  rounds: number,
  a: () => Promise<number>,
  b: () => Promise<number>,
): Promise<{ a: number; b: number; ratio: number }> {
  const ofA: number[] = [];
  const ofB: number[] = [];
  for (let round = 0; round < rounds; round++) {
    ofA.push(await a());
    ofB.push(await b());
  }
  return { a: median(ofA), b: median(ofB), ratio: median(ofA) / median(ofB) };
}

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK']).toString());

/** CPU seconds that a process has used. Linux. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** Resident memory now and at its highest, MiB. Linux. */
export function memoryMiB(pid: number): { now: number; peak: number } {
  const status = readFileSync(`/proc/${pid}/status`, 'utf8');
  const field = (name: string): number =>
    Number(new RegExp(`${name}:\\s+(\\d+) kB`).exec(status)?.[1]) / 1_024;
  return { now: field('VmRSS'), peak: field('VmHWM') };
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
export const thousands = (value: number): string => Math.round(value).toLocaleString('en-US');
