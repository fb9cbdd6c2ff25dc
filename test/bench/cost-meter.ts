import type { Platform } from '@storm/devstack';
import { cpuSecondsOfTree } from './measure.ts';

/** CPU that each part of the send path uses between `begin` and `end`. */
export function createCostMeter(platform: Platform) {
  const pids = (): Map<string, number> =>
    new Map([
      ...platform.processes.map(({ name, pid }) => [name, pid] as const),
      ...(['nats', 'postgres'] as const).map((name) => [name, platform.part(name).pid] as const),
    ]);
  const read = (): Map<string, number> =>
    new Map([...pids()].map(([name, pid]) => [name, cpuSecondsOfTree(pid)]));
  let before = new Map<string, number>();
  let used = new Map<string, number>();
  return {
    begin(): void {
      before = read();
    },
    end(): void {
      used = new Map([...read()].map(([name, seconds]) => [name, seconds - (before.get(name) ?? 0)]));
    },
    /** Microseconds of CPU a message, by part, those that worked. */
    perMessage(messages: number): { parts: Map<string, number>; totalUs: number } {
      const parts = new Map([...used].map(([name, seconds]) => [name, (seconds * 1e6) / messages] as const));
      return { parts, totalUs: [...parts.values()].reduce((sum, one) => sum + one, 0) };
    },
  };
}

export const showCost = ({ parts, totalUs }: { parts: Map<string, number>; totalUs: number }): string =>
  `${totalUs.toFixed(0)} us of CPU a message (${[...parts]
    .filter(([, us]) => us >= 1)
    .map(([name, us]) => `${name} ${us.toFixed(0)}`)
    .join(', ')})`;
