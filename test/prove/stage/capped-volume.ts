import { execFileSync, spawn } from 'node:child_process';
import { rmSync } from 'node:fs';
import { mkdtemp, open, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

export type CappedPart = 'postgres' | 'nats' | 'minio';

/** A file system of a certain size, on which a server keeps its data. */
export interface CappedVolume {
  /** Below the mount: a server may move its folder there by renaming. */
  readonly dataDir: string;
  /** Takes all space that there is, and what becomes free from then on. */
  fill(): Promise<void>;
  /** Gives the space back. */
  free(): Promise<void>;
  remove(): Promise<void>;
}

const chunk = Buffer.alloc(1_048_576);
const refillEveryMs = 50;
/** Ends with whoever holds its input, however that one ends: no mount stays behind. */
const GUARD = 'read -r _; umount -l -- "$1"; rmdir -- "$1"';

const mount = (dir: string, bytes: number): void => {
  const options = `size=${bytes},mode=0755`;
  execFileSync('mount', ['-t', 'tmpfs', '-o', options, 'storm-proof', dir], { stdio: 'pipe' });
};

/** Why this machine or user may not mount, or null. To be said aloud by whoever skips. */
export function findMountFault(): string | null {
  const dir = execFileSync('mktemp', ['-d', join(tmpdir(), 'storm-mount-XXXXXX')], {
    encoding: 'utf8',
  }).trim();
  try {
    mount(dir, 1_048_576);
    execFileSync('umount', [dir], { stdio: 'pipe' });
    return null;
  } catch (error) {
    return `no mounts of a certain size here: ${error instanceof Error ? error.message.trim().split('\n').at(-1) : String(error)}`;
  } finally {
    rmSync(dir, { recursive: true, force: true });
  }
}

/** Mounts a file system of `bytes` in memory. @throws where that is not allowed. */
export async function mountCapped(name: string, bytes: number): Promise<CappedVolume> {
  const dir = await mkdtemp(join(tmpdir(), `storm-capped-${name}-`));
  mount(dir, bytes);
  const guard = spawn('sh', ['-c', GUARD, 'storm-mount-guard', dir], {
    detached: true,
    stdio: ['pipe', 'ignore', 'ignore'],
    cwd: '/',
  });
  guard.unref();
  const ended = new Promise<void>((resolve) => guard.once('exit', () => resolve()));
  const ballast = join(dir, 'ballast');
  let refill: NodeJS.Timeout | undefined;
  let filling: Promise<void> = Promise.resolve();
  const free = async (): Promise<void> => {
    clearInterval(refill);
    refill = undefined;
    await filling;
    await rm(ballast, { force: true });
  };
  return {
    dataDir: join(dir, 'data'),
    async fill() {
      await takeAll(ballast);
      refill = setInterval(() => {
        filling = filling.then(() => (refill === undefined ? undefined : takeAll(ballast)));
      }, refillEveryMs);
    },
    free,
    async remove() {
      await free();
      guard.ref();
      guard.stdin.end();
      await ended;
    },
  };
}

/** Appends until nothing fits, in ever smaller pieces. */
async function takeAll(file: string): Promise<void> {
  const handle = await open(file, 'a');
  try {
    for (let bytes = chunk.length; bytes >= 4_096; ) {
      try {
        const { bytesWritten } = await handle.write(chunk, 0, bytes);
        if (bytesWritten < bytes) bytes /= 4;
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'ENOSPC') throw error;
        bytes /= 4;
      }
    }
  } finally {
    await handle.close();
  }
}
