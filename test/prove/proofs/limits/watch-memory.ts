import { deployed } from '../../../limits/deployed.ts';
import type { Stage } from '../../stage/stage.ts';

const mebibyte = 1_048_576;

export interface MemoryWatch {
  /** The highest working set of each process so far, in MiB: what Kubernetes measures a pod by. */
  describe(): string;
  countOomKills(): number;
  countOver(): number;
  stop(): void;
}

/**
 * Looks at every control group ten times a second.
 * @param mostOf128MiB what a service of 128 MiB may take; one of 256 twice as much
 */
export function watchMemory({ groups }: Stage, mostOf128MiB: number): MemoryWatch {
  const peaksMiB = new Map<string, number>();
  const killsBefore = new Map([...groups].map(([name, group]) => [name, group.readUsage().oomKills]));
  const look = (): void => {
    for (const [name, group] of groups) {
      const nowMiB = group.readUsage().workingSetBytes / mebibyte;
      peaksMiB.set(name, Math.max(peaksMiB.get(name) ?? 0, nowMiB));
    }
  };
  const timer = setInterval(look, 100);
  look();
  const mostMiB = (name: string): number => {
    const [service] = name.split('-');
    return (deployed[service as keyof typeof deployed].memoryMiB * mostOf128MiB) / 128;
  };
  return {
    describe: () => [...peaksMiB].map(([name, peak]) => `${name} ${Math.round(peak)}`).join(' '),
    countOomKills: () =>
      [...groups].reduce(
        (sum, [name, group]) => sum + group.readUsage().oomKills - (killsBefore.get(name) ?? 0),
        0,
      ),
    countOver: () => [...peaksMiB].filter(([name, peak]) => peak > mostMiB(name)).length,
    stop: () => clearInterval(timer),
  };
}
