import { createHash } from 'node:crypto';
import { lstat, mkdir, readlink, rmdir, stat, symlink } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { ServerUser } from './server-user.ts';

/**
 * A home like `/root` lets nobody else through, so a server with a user of its own cannot work below it. Then the
 * data lies in `/var/lib/storm`, and `dir` is a link to it.
 */
export async function reachableDir(dir: string, user: ServerUser | null): Promise<string> {
  if (user === null) return dir;
  const linked = await readlink(dir).catch(() => null);
  if (linked !== null) {
    await mkdir(linked, { recursive: true });
    return linked;
  }
  if (await canPass(dirname(dir), user)) return dir;
  const name = `${createHash('sha256').update(dir).digest('hex').slice(0, 12)}-${basename(dir)}`;
  const elsewhere = join('/var/lib/storm', name);
  await mkdir(elsewhere, { recursive: true });
  if ((await lstat(dir).catch(() => null))?.isDirectory()) await rmdir(dir);
  await symlink(elsewhere, dir);
  return elsewhere;
}

/** Whether the user may go through the folder and all above it. */
export async function canPass(dir: string, { uid, gid }: ServerUser): Promise<boolean> {
  for (let folder = dir; ; folder = dirname(folder)) {
    const entry = await stat(folder);
    const bit = entry.uid === uid ? 0o100 : entry.gid === gid ? 0o010 : 0o001;
    if ((entry.mode & bit) === 0) return false;
    if (folder === dirname(folder)) return true;
  }
}
