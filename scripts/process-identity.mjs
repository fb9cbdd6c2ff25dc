import { execFileSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

/**
 * Text that no other process has had since this machine started: numbers alone are given out again.
 * Null when the process is not there (or has ended and is only waiting to be collected).
 */
export function processIdentity(pid) {
  try {
    if (process.platform === 'linux') {
      const boot = readFileSync('/proc/sys/kernel/random/boot_id', 'utf8').trim();
      const stat = readFileSync(`/proc/${pid}/stat`, 'utf8');
      // The name in parentheses may itself hold spaces.
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      return fields[0] === 'Z' ? null : `${boot} ${fields[19]}`;
    }
    return execFileSync('ps', ['-o', 'lstart=', '-p', String(pid)], { encoding: 'utf8' }).trim() || null;
  } catch {
    return null;
  }
}

/** Whether the very process that was recorded still runs. */
export function isSameProcess({ pid, identity }) {
  return identity !== null && processIdentity(pid) === identity;
}
