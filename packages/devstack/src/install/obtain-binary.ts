import { mkdir, readdir, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import type { OnProgress } from '../progress.ts';
import { cacheDir } from './cache-dir.ts';
import { findOnPath, type PathRule } from './find-on-path.ts';
import { withInstallLock } from './install-lock.ts';
import { PartUnavailable } from './part-unavailable.ts';

/** A server program that can be run. */
export interface Binary {
  path: string;
  version: string;
}

/** One way to bring a program onto this machine. */
export interface Road {
  /** Names the way in progress lines: "go install", "official release". */
  name: string;
  /** Null when it can be tried here, else why not: "Go 1.24 or newer is not here". */
  obstacle(): Promise<string | null>;
  /** Puts the program at `target`. `tell` shows one line of progress. */
  install(target: string, tell: (text: string) => void): Promise<void>;
}

export interface BinarySource {
  /** File name in the cache. */
  program: string;
  /** Version that the roads install; part of the cache folder's name. */
  version: string;
  onPath: PathRule;
  /** Tried in this order. */
  roads: Road[];
  /** What a person types when every road is closed. */
  nextCommand: string;
}

export interface ObtainOptions {
  name: string;
  onProgress: OnProgress;
  /** Default: `storm/servers` in the user's XDG cache folder. */
  cache?: string;
}

/**
 * The program from PATH if it is new enough, else from the user's cache, else installed into that cache, once for
 * all clones: a lock keeps two from installing at the same time, a rename makes it appear whole or not at all.
 *
 * @throws PartUnavailable with what was tried and the next command.
 */
export async function obtainBinary(source: BinarySource, options: ObtainOptions): Promise<Binary> {
  const found = await findOnPath(source.onPath);
  if (found) return found;
  const home = join(
    options.cache ?? cacheDir(),
    `${source.program}-${source.version}-${process.platform}-${process.arch}`,
  );
  const installed: Binary = { path: join(home, source.program), version: source.version };
  if (await isFile(installed.path)) return installed;

  const tell = (text: string) => options.onProgress({ name: options.name, step: 'installing', text });
  return withInstallLock(`${home}.lock`, tell, async () => {
    if (await isFile(installed.path)) return installed;
    await removeDrafts(home);
    const tried: string[] = [];
    for (const road of source.roads) {
      const obstacle = await road.obstacle();
      if (obstacle !== null) {
        tried.push(obstacle);
        continue;
      }
      const startedAt = performance.now();
      const draft = `${home}.draft-${process.pid}`;
      await mkdir(draft, { recursive: true });
      try {
        await road.install(join(draft, source.program), tell);
        await rm(home, { recursive: true, force: true });
        await rename(draft, home);
        const tookMs = performance.now() - startedAt;
        const text = `${source.version} installed by ${road.name}, for all clones,`;
        options.onProgress({ name: options.name, step: 'installed', text, tookMs });
        return installed;
      } catch (error) {
        await rm(draft, { recursive: true, force: true });
        tried.push(`${road.name} failed: ${error instanceof Error ? error.message : String(error)}`);
        if (road !== source.roads.at(-1)) tell(`${road.name} failed, trying the next way`);
      }
    }
    throw new PartUnavailable(options.name, [source.onPath.missing, ...tried], source.nextCommand);
  });
}

/** Of processes that died in the middle: we hold the lock, so they are nobody's. */
async function removeDrafts(home: string): Promise<void> {
  const drafts = (await readdir(dirname(home))).filter((name) => name.startsWith(`${basename(home)}.draft-`));
  for (const draft of drafts) await rm(join(dirname(home), draft), { recursive: true, force: true });
}

async function isFile(path: string): Promise<boolean> {
  return stat(path).then(
    (entry) => entry.isFile(),
    () => false,
  );
}
