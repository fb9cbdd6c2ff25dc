import { execFile } from 'node:child_process';
import { chown, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { serverUser } from './server-user.ts';

export interface ClusterOptions {
  /** Path of the `postgres` program; `initdb` lies beside it. */
  postgres: string;
  dir: string;
  user: string;
  password: string;
  /** False for a cluster that a crash of the machine may take. */
  sync: boolean;
}

const runFile = promisify(execFile);

/** Makes a cluster in `dir` unless one is there. It appears whole or not at all. */
export async function initialiseCluster({
  postgres,
  dir,
  user,
  password,
  sync,
}: ClusterOptions): Promise<void> {
  if (await exists(join(dir, 'PG_VERSION'))) return;
  const owner = serverUser();
  const draft = `${dir}.draft`;
  const passwordFile = `${dir}.password`;
  await rm(draft, { recursive: true, force: true });
  await mkdir(draft, { mode: 0o700 });
  await writeFile(passwordFile, `${password}\n`, { mode: 0o600 });
  if (owner) for (const path of [draft, passwordFile]) await chown(path, owner.uid, owner.gid);
  const args = [
    ...['-D', draft, '--username', user, '--pwfile', passwordFile, '--auth', 'scram-sha-256'],
    // The same order of text on every machine, and the one of the deployment's image.
    ...['--encoding', 'UTF8', '--locale', 'C', ...(sync ? [] : ['--no-sync'])],
  ];
  try {
    await runFile(join(dirname(postgres), 'initdb'), args, {
      ...owner,
      cwd: '/',
      env: { ...process.env, LC_ALL: 'C', LANG: 'C' },
    });
    await rename(draft, dir);
  } catch (error) {
    await rm(draft, { recursive: true, force: true });
    const { code, stderr, message } = error as NodeJS.ErrnoException & { stderr?: string };
    if (code === 'ENOTEMPTY') throw new Error(`postgres: ${dir} is not empty and holds no cluster.`);
    throw new Error(`postgres: initdb failed: ${stderr || message}`, { cause: error });
  } finally {
    await rm(passwordFile, { force: true });
  }
}

function exists(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
