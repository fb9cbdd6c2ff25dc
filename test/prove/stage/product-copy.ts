import { cp, mkdir, mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { ServiceName } from '@storm/devstack';
import { repositoryRoot } from '@storm/devstack';

const services: readonly ServiceName[] = ['gateway', 'user', 'message', 'media', 'notification'];

/** The built services in a folder of their own, where one can be spoiled without touching what was built. */
export interface ProductCopy {
  readonly root: string;
  /**
   * Replaces a text of a built file. @returns how to put it back.
   * @throws when the text does not stand there exactly once: a bug that misses its place proves nothing.
   */
  patch(service: ServiceName, file: string, from: string, to: string): Promise<() => Promise<void>>;
  remove(): Promise<void>;
}

export async function copyProduct(): Promise<ProductCopy> {
  const repository = repositoryRoot();
  const root = await mkdtemp(join(tmpdir(), 'storm-prove-'));
  for (const name of ['node_modules', 'infra']) await symlink(join(repository, name), join(root, name));
  for (const service of services) {
    const [from, to] = [join(repository, 'services', service), join(root, 'services', service)];
    await mkdir(to, { recursive: true });
    await cp(join(from, 'dist'), join(to, 'dist'), { recursive: true });
    for (const name of ['package.json', 'migrations', 'node_modules']) {
      await symlink(join(from, name), join(to, name));
    }
  }
  return {
    root,
    async patch(service, file, from, to) {
      const path = join(root, 'services', service, 'dist', file);
      const source = await readFile(path, 'utf8');
      const times = source.split(from).length - 1;
      if (times !== 1) throw new Error(`${path}: the text to replace stands there ${times} times: ${from}`);
      await writeFile(
        path,
        source.replace(from, () => to),
      );
      return () => writeFile(path, source);
    },
    remove: () => rm(root, { recursive: true, force: true }),
  };
}
