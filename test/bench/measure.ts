import { execFileSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

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
  // With two rounds the mean of both: the upper of two is no median.
  const middle = (values: readonly number[]): number => (values.length === 2 ? mean(values) : median(values));
  return { a: middle(ofA), b: middle(ofB), ratio: middle(ofA) / middle(ofB) };
}

const mean = (values: readonly number[]): number =>
  values.reduce((sum, value) => sum + value, 0) / values.length;

const ticksPerSecond = Number(execFileSync('getconf', ['CLK_TCK']).toString());

/** CPU seconds that a process has used. Linux. */
export function cpuSeconds(pid: number): number {
  const fields = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]?.split(' ') ?? [];
  return (Number(fields[11]) + Number(fields[12])) / ticksPerSecond;
}

/** As `cpuSeconds`, with all children that live. */
export function cpuSecondsOfTree(pid: number): number {
  const children = readdirSync(`/proc/${pid}/task`).flatMap((thread) =>
    readFileSync(`/proc/${pid}/task/${thread}/children`, 'utf8')
      .trim()
      .split(' ')
      .filter(Boolean)
      .map(Number),
  );
  return children.reduce((sum, child) => sum + cpuSeconds(child), cpuSeconds(pid));
}

/**
 * Anonymous memory of a process, MiB: its own, without the pages of the program file, which all services of a machine
 * share and which a memory limit reclaims before it kills. Linux.
 */
export function anonymousMiB(pid: number): number {
  return Number(/RssAnon:\s+(\d+) kB/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1]) / 1_024;
}

/** Looks ten times a second until stopped. @returns the highest that was seen. */
export function watchPeak(read: () => number): () => number {
  let peak = read();
  const timer = setInterval(() => {
    peak = Math.max(peak, read());
  }, 100);
  return () => {
    clearInterval(timer);
    return Math.max(peak, read());
  };
}

export const sleep = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));
export const thousands = (value: number): string => Math.round(value).toLocaleString('en-US');
