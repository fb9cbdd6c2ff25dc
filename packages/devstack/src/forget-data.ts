import { readdir, realpath, rm } from 'node:fs/promises';
import { join } from 'node:path';

/** Removes what the servers of a stack kept in `<dir>/data`. They must be stopped. */
export async function forgetData(dir: string): Promise<void> {
  const data = join(dir, 'data');
  for (const name of await readdir(data).catch(() => [])) {
    const path = join(data, name);
    // Postgres's folder may be a link to where its own user can reach it.
    await rm(await realpath(path).catch(() => path), { recursive: true, force: true });
  }
  await rm(data, { recursive: true, force: true });
}
