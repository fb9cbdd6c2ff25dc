import { existsSync, mkdirSync, readFileSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface ControlGroupLimits {
  /** Thousandths of a core. */
  millicores?: number;
  memoryBytes?: number;
}

export interface ControlGroupUsage {
  cpuSeconds: number;
  /** How long its processes were held back by the CPU limit, summed over processors. */
  throttledSeconds: number;
  /** What a memory limit counts, without file pages that nobody uses: what Kubernetes calls the working set. */
  workingSetBytes: number;
  /** The highest that the kernel has counted, file pages included. */
  peakBytes: number;
  oomKills: number;
}

/** A Linux control group: its processes, and all that they start, share its limits. */
export interface ControlGroup {
  /** A process that writes its id into each of these files is in the group. */
  readonly joinFiles: readonly string[];
  readUsage(): ControlGroupUsage;
  /** Changes the CPU limit of a group that was made with one. */
  limitCpu(millicores: number): void;
  /** Once its processes have ended. @throws when one still runs after 5 s. */
  remove(): Promise<void>;
}

/** What differs between the two kinds: where files are, and what they are called. */
interface Kind {
  folders: readonly string[];
  setMemory(bytes: number): void;
  setCpu(millicores: number): void;
  readUsage(): ControlGroupUsage;
}

const root = '/sys/fs/cgroup';
const periodUs = 100_000;
const quotaUs = (millicores: number): string => String((millicores * periodUs) / 1_000);
const isUnified = (): boolean => existsSync(join(root, 'cgroup.controllers'));

/** @returns why this machine allows no control groups, or null when it does. To be said aloud by whoever skips. */
export async function findControlGroupFault(): Promise<string | null> {
  try {
    const group = createControlGroup('probe', { millicores: 100, memoryBytes: 64 * 1_048_576 });
    await group.remove();
    return null;
  } catch (error) {
    return `no control groups here: ${error instanceof Error ? error.message : String(error)}`;
  }
}

/** Version 2 where the machine has it, else version 1. @throws when this machine or user may not. */
export function createControlGroup(name: string, limits: ControlGroupLimits): ControlGroup {
  const own = `storm-${process.pid}-${name}`;
  const kind = isUnified() ? unified(own) : legacy(own, limits.millicores !== undefined);
  const made: string[] = [];
  try {
    for (const folder of kind.folders) {
      mkdirSync(folder);
      made.push(folder);
    }
    if (limits.memoryBytes !== undefined) kind.setMemory(limits.memoryBytes);
    if (limits.millicores !== undefined) kind.setCpu(limits.millicores);
  } catch (error) {
    for (const folder of made) rmdirSync(folder);
    throw error;
  }
  return {
    joinFiles: kind.folders.map((folder) => join(folder, 'cgroup.procs')),
    readUsage: kind.readUsage,
    limitCpu: kind.setCpu,
    async remove() {
      for (const folder of kind.folders) await removeOnceEmpty(folder);
    },
  };
}

function unified(own: string): Kind {
  const enabled = readFileSync(join(root, 'cgroup.subtree_control'), 'utf8').trim().split(' ');
  const missing = ['cpu', 'memory'].filter((controller) => !enabled.includes(controller));
  if (missing.length > 0) {
    writeFileSync(join(root, 'cgroup.subtree_control'), missing.map((one) => `+${one}`).join(' '));
  }
  const folder = join(root, own);
  const read = (file: string): string => readFileSync(join(folder, file), 'utf8');
  return {
    folders: [folder],
    setMemory(bytes) {
      writeFileSync(join(folder, 'memory.max'), String(bytes));
      setIfThere(join(folder, 'memory.swap.max'), '0');
    },
    setCpu: (millicores) => writeFileSync(join(folder, 'cpu.max'), `${quotaUs(millicores)} ${periodUs}`),
    readUsage: () => ({
      cpuSeconds: field(read('cpu.stat'), 'usage_usec') / 1e6,
      throttledSeconds: field(read('cpu.stat'), 'throttled_usec') / 1e6,
      workingSetBytes: Number(read('memory.current')) - field(read('memory.stat'), 'inactive_file'),
      peakBytes: Number(read(existsSync(join(folder, 'memory.peak')) ? 'memory.peak' : 'memory.current')),
      oomKills: field(read('memory.events'), 'oom_kill'),
    }),
  };
}

/** Without a CPU limit its processes stay where the scheduler has them: a group is a unit of its own to it. */
function legacy(own: string, limitsCpu: boolean): Kind {
  const memory = join(root, 'memory', own);
  const cpu = join(root, 'cpu', own);
  // Often mounted together with `cpu`, and then the same folder.
  const isJoint = existsSync(join(root, 'cpu', 'cpuacct.usage'));
  const accounting = isJoint ? cpu : join(root, 'cpuacct', own);
  const read = (folder: string, file: string): string => readFileSync(join(folder, file), 'utf8');
  return {
    folders: [...new Set([memory, ...(limitsCpu ? [cpu] : []), accounting])],
    setMemory(bytes) {
      writeFileSync(join(memory, 'memory.limit_in_bytes'), String(bytes));
      setIfThere(join(memory, 'memory.memsw.limit_in_bytes'), String(bytes));
    },
    setCpu(millicores) {
      writeFileSync(join(cpu, 'cpu.cfs_period_us'), String(periodUs));
      writeFileSync(join(cpu, 'cpu.cfs_quota_us'), quotaUs(millicores));
    },
    readUsage: () => ({
      cpuSeconds: Number(read(accounting, 'cpuacct.usage')) / 1e9,
      throttledSeconds: limitsCpu ? field(read(cpu, 'cpu.stat'), 'throttled_time') / 1e9 : 0,
      workingSetBytes:
        Number(read(memory, 'memory.usage_in_bytes')) -
        field(read(memory, 'memory.stat'), 'total_inactive_file'),
      peakBytes: Number(read(memory, 'memory.max_usage_in_bytes')),
      oomKills: field(read(memory, 'memory.oom_control'), 'oom_kill'),
    }),
  };
}

function field(text: string, name: string): number {
  const value = new RegExp(`^${name} (\\d+)$`, 'm').exec(text)?.[1];
  if (value === undefined) throw new Error(`the kernel does not tell ${name}`);
  return Number(value);
}

/** Swap is not always accounted. */
function setIfThere(file: string, value: string): void {
  if (existsSync(file)) writeFileSync(file, value);
}

async function removeOnceEmpty(folder: string): Promise<void> {
  for (let attempt = 0; ; attempt++) {
    try {
      return rmdirSync(folder);
    } catch (error) {
      // The kernel needs a moment to let go of a process that has ended.
      if (attempt >= 100) throw error;
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  }
}
