import { execFile } from 'node:child_process';
import { createHash } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { chmod, mkdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { Readable, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { promisify } from 'node:util';
import type { Road } from './obtain-binary.ts';

const CONNECT_TIMEOUT_MS = 15_000;
const TELL_EVERY_BYTES = 10 * 1024 * 1024;

const runFile = promisify(execFile);

export interface ReleaseDownloadOptions {
  /** Null where the project publishes none for this system. */
  asset: { url: string; checksumUrl: string } | null;
  /** Path of the program inside a .tar.gz; omitted when the download is the program itself. */
  memberOfArchive?: string;
}

/** The project's own release file, refused unless its sha256 is the one that the project publishes for it. */
export function releaseDownload({ asset, memberOfArchive }: ReleaseDownloadOptions): Road {
  return {
    name: 'download of the official release',
    obstacle: async () =>
      asset === null ? `the project publishes no release for ${process.platform} ${process.arch}` : null,
    async install(target, tell) {
      if (asset === null) throw new Error('no release file');
      const file = join(dirname(target), 'download');
      const expected = await publishedChecksum(asset.checksumUrl, basename(new URL(asset.url).pathname));
      tell(`downloading ${asset.url}`);
      const actual = await download(asset.url, file, tell);
      if (actual !== expected) {
        throw new Error(`${asset.url} has sha256 ${actual}, but ${expected} is published: it was not used`);
      }
      if (memberOfArchive === undefined) await rename(file, target);
      else await extract(file, memberOfArchive, target);
      await chmod(target, 0o755);
    },
  };
}

async function publishedChecksum(url: string, fileName: string): Promise<string> {
  const text = await (await get(url)).text();
  for (const line of text.split('\n')) {
    const [sum, name] = line.trim().split(/\s+\*?/);
    if (sum && /^[0-9a-f]{64}$/i.test(sum) && (name === undefined || basename(name) === fileName)) {
      return sum.toLowerCase();
    }
  }
  throw new Error(`${url} has no sha256 for ${fileName}`);
}

async function download(url: string, file: string, tell: (text: string) => void): Promise<string> {
  const response = await get(url);
  if (!response.body) throw new Error(`${url} is empty`);
  const total = Number(response.headers.get('content-length') ?? 0);
  const hash = createHash('sha256');
  let bytes = 0;
  let toldBytes = 0;
  const count = new Transform({
    transform(chunk: Buffer, _encoding, done) {
      hash.update(chunk);
      bytes += chunk.length;
      if (bytes - toldBytes >= TELL_EVERY_BYTES) {
        toldBytes = bytes;
        tell(`downloaded ${mebibytes(bytes)}${total > 0 ? ` of ${mebibytes(total)}` : ''}`);
      }
      done(null, chunk);
    },
  });
  await pipeline(Readable.fromWeb(response.body), count, createWriteStream(file));
  return hash.digest('hex');
}

async function extract(archive: string, member: string, target: string): Promise<void> {
  const dir = join(dirname(target), 'unpacked');
  await mkdir(dir);
  await runFile('tar', ['-xzf', archive, '-C', dir, member]);
  await rename(join(dir, member), target);
  await rm(dir, { recursive: true });
  await rm(archive);
}

async function get(url: string): Promise<Response> {
  const abort = new AbortController();
  const timer = setTimeout(
    () => abort.abort(new Error(`no answer in ${CONNECT_TIMEOUT_MS / 1000} s`)),
    CONNECT_TIMEOUT_MS,
  );
  try {
    const response = await fetch(url, { signal: abort.signal });
    if (!response.ok) throw new Error(`status ${response.status}`);
    return response;
  } catch (error) {
    const cause = error instanceof Error && error.cause instanceof Error ? error.cause : error;
    throw new Error(`${url}: ${cause instanceof Error ? cause.message : String(cause)}`, { cause: error });
  } finally {
    clearTimeout(timer);
  }
}

function mebibytes(bytes: number): string {
  return `${Math.round(bytes / 1024 / 1024)} MiB`;
}
