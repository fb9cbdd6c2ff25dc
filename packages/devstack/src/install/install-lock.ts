import { randomUUID } from 'node:crypto';
import { mkdir, readFile, rename, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { hostname } from 'node:os';
import { dirname, join } from 'node:path';

const HEARTBEAT_MS = 2_000;
/** Older than this and nobody keeps it alive. */
const STALE_MS = 20_000;
const POLL_MS = 250;
const TELL_EVERY_MS = 10_000;

/**
 * Runs `task` while nobody else, in this process or another, runs one under the same lock folder. The lock of a
 * process that died is taken over. Tasks must still appear atomically: two can overlap if a machine sleeps.
 */
export async function withInstallLock<T>(
  lock: string,
  tell: (text: string) => void,
  task: () => Promise<T>,
): Promise<T> {
  await mkdir(dirname(lock), { recursive: true });
  const startedAt = performance.now();
  let toldAt = Number.NEGATIVE_INFINITY;
  while (!(await take(lock))) {
    if (await isAbandoned(lock)) {
      const aside = `${lock}.${randomUUID()}`;
      // Of several that see it abandoned, the rename lets one win.
      await rename(lock, aside).then(() => rm(aside, { recursive: true, force: true }), ignoreMissing);
      continue;
    }
    if (performance.now() - toldAt > TELL_EVERY_MS) {
      toldAt = performance.now();
      tell(`waiting for another process that installs it, ${Math.round((toldAt - startedAt) / 1000)} s`);
    }
    await new Promise((resolve) => setTimeout(resolve, POLL_MS));
  }
  const heartbeat = setInterval(() => {
    const now = new Date();
    utimes(lock, now, now).catch(ignoreMissing);
  }, HEARTBEAT_MS);
  try {
    return await task();
  } finally {
    clearInterval(heartbeat);
    await rm(lock, { recursive: true, force: true });
  }
}

async function take(lock: string): Promise<boolean> {
  try {
    await mkdir(lock);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
  // Who reads it finds all of it.
  const written = join(lock, `owner.${randomUUID()}`);
  await writeFile(written, JSON.stringify({ pid: process.pid, host: hostname() }));
  await rename(written, join(lock, 'owner.json'));
  return true;
}

async function isAbandoned(lock: string): Promise<boolean> {
  const entry = await stat(lock).catch(() => null);
  if (entry === null) return false;
  if (Date.now() - entry.mtimeMs > STALE_MS) return true;
  const owner = await readFile(join(lock, 'owner.json'), 'utf8').catch(ignoreMissing);
  if (owner === undefined) return false;
  const { pid, host } = JSON.parse(owner);
  return host === hostname() && !isAlive(pid);
}

function isAlive(pid: number): boolean {
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === 'EPERM';
  }
}

function ignoreMissing(error: NodeJS.ErrnoException): undefined {
  if (error.code !== 'ENOENT') throw error;
}
