import { execFile } from 'node:child_process';
import { chown, mkdir, rename, rm, stat, writeFile } from 'node:fs/promises';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { clusterTemplate } from './cluster-template.ts';
import { serverUser } from './server-user.ts';

export interface ClusterOptions {
  /** Path of the `postgres` program; `initdb` lies beside it. */
  postgres: string;
  dir: string;
  user: string;
  password: string;
  /** Of the server. */
  version: string;
  /** A cluster that a crash of the machine may take: made without syncs, as a copy where one was made before. */
  isTemporary: boolean;
}

const runFile = promisify(execFile);

/** Makes a cluster in `dir` unless one is there. It appears whole or not at all. */
export async function initialiseCluster(options: ClusterOptions): Promise<void> {
  const { dir, version, isTemporary } = options;
  if (await exists(join(dir, 'PG_VERSION'))) return;
  if (!isTemporary) return makeCluster(options);
  const template = clusterTemplate(version, serverUser()?.uid ?? userInfo().uid);
  if (await template.copyTo(dir)) return;
  await makeCluster(options);
  await template.keep(dir);
}

async function makeCluster({ postgres, dir, user, password, isTemporary }: ClusterOptions): Promise<void> {
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
    ...['--encoding', 'UTF8', '--locale', 'C', ...(isTemporary ? ['--no-sync'] : [])],
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
