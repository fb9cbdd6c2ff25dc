import { existsSync, mkdirSync, rmdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';

export interface CpuLimit {
  /** What a shell must write its own process id to before it becomes the limited program. */
  readonly tasksFile: string;
  remove(): void;
}

const periodUs = 100_000;

/** A control group that gives its processes so many thousandths of a core; null where this machine does not allow one. */
export function createCpuLimit(name: string, millicores: number): CpuLimit | null {
  const isV2 = existsSync('/sys/fs/cgroup/cgroup.controllers');
  const folder = join(isV2 ? '/sys/fs/cgroup' : '/sys/fs/cgroup/cpu', `storm-bench-${process.pid}-${name}`);
  const quotaUs = (millicores * periodUs) / 1_000;
  try {
    mkdirSync(folder);
    if (isV2) writeFileSync(join(folder, 'cpu.max'), `${quotaUs} ${periodUs}`);
    else {
      writeFileSync(join(folder, 'cpu.cfs_period_us'), String(periodUs));
      writeFileSync(join(folder, 'cpu.cfs_quota_us'), String(quotaUs));
    }
  } catch (error) {
    process.stderr.write(`no control groups here: ${String(error)}\n`);
    return null;
  }
  return { tasksFile: join(folder, isV2 ? 'cgroup.procs' : 'tasks'), remove: () => rmdirSync(folder) };
}
