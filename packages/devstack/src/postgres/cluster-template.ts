import { execFile } from 'node:child_process';
import { mkdir, rename, rm, rmdir, stat } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { cacheDir } from '../install/cache-dir.ts';

const runFile = promisify(execFile);

/**
 * A cluster as initdb leaves it, kept for all tests of this user: a copy takes a tenth of the processor time.
 * Only for temporary clusters, since all copies share one system identifier.
 */
export interface ClusterTemplate {
  /** False when there is none yet. `dir` may exist, but empty. */
  copyTo(dir: string): Promise<boolean>;
  /** Keeps a copy of the cluster that was just made in `dir`. */
  keep(dir: string): Promise<void>;
}

export function clusterTemplate(version: string, uid: number): ClusterTemplate {
  const template = join(cacheDir(), `postgres-${version}-cluster-${process.arch}-${uid}`);
  return {
    async copyTo(dir) {
      if (!(await exists(template))) return false;
      await rmdir(dir).catch(() => undefined);
      // Node's own copy does not keep the owner.
      await runFile('cp', ['-a', template, dir]);
      return true;
    },
    async keep(dir) {
      const draft = `${template}.draft-${process.pid}`;
      await mkdir(dirname(template), { recursive: true });
      await runFile('cp', ['-a', dir, draft]);
      // A machine that crashes now must not leave a broken template for good.
      await runFile('sync');
      // Another process may have been first: its template is as good.
      await rename(draft, template).catch(() => rm(draft, { recursive: true, force: true }));
    },
  };
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
