import { execFileSync } from 'node:child_process';
import { statSync } from 'node:fs';

export interface ServerUser {
  uid: number;
  gid: number;
}

let chosen: ServerUser | null | undefined;

/**
 * Postgres refuses to run as root. Null for an ordinary user, who runs it as himself; root runs it as `postgres`
 * where there is one, else as `nobody`: no user is added to the machine.
 */
export function serverUser(): ServerUser | null {
  if (chosen !== undefined) return chosen;
  chosen = process.getuid?.() === 0 ? (lookUp('postgres') ?? lookUp('nobody')) : null;
  if (chosen === null && process.getuid?.() === 0) {
    throw new Error(
      'postgres: it cannot run as root, and there is no user "nobody". Next: run this as an ordinary user.',
    );
  }
  return chosen;
}

/** As `serverUser`, but whoever owns a cluster that is there goes on with it. */
export function userOf(dir: string): ServerUser | null {
  const user = serverUser();
  if (user === null) return null;
  const { uid, gid } = statSync(dir);
  return uid === 0 ? user : { uid, gid };
}

function lookUp(name: string): ServerUser | null {
  const id = (flag: string) =>
    Number(execFileSync('id', [flag, name], { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] }));
  try {
    return { uid: id('-u'), gid: id('-g') };
  } catch {
    return null; // No such user.
  }
}
