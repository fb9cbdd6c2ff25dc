import { homedir } from 'node:os';
import { isAbsolute, join } from 'node:path';

/** Where servers are kept for all clones of this user. */
export function cacheDir(env: NodeJS.ProcessEnv = process.env): string {
  const xdg = env.XDG_CACHE_HOME;
  // The XDG specification: a relative path is to be ignored.
  const base = xdg !== undefined && isAbsolute(xdg) ? xdg : join(homedir(), '.cache');
  return join(base, 'storm', 'servers');
}
