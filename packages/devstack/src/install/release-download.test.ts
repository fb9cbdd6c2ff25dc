import { execFileSync } from 'node:child_process';
import { createHash } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises';
import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { releaseDownload } from './release-download.ts';

const PROGRAM = '#!/bin/sh\necho stand-in\n';
const sha256 = (bytes: string | Buffer) => createHash('sha256').update(bytes).digest('hex');

let dir: string;
let base: string;
let server: Server;
const files = new Map<string, string | Buffer>();

beforeAll(async () => {
  dir = await mkdtemp(join(tmpdir(), 'storm-release-'));
  server = createServer((request, response) => {
    const file = files.get(request.url ?? '');
    response.writeHead(file === undefined ? 404 : 200).end(file);
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  base = `http://127.0.0.1:${(server.address() as AddressInfo).port}`;
});

afterAll(async () => {
  server.close();
  await rm(dir, { recursive: true });
});

function download(asset: { url: string; checksumUrl: string }, memberOfArchive?: string): Promise<string> {
  const target = join(dir, 'program');
  const road = releaseDownload({ asset, ...(memberOfArchive ? { memberOfArchive } : {}) });
  return road.install(target, () => undefined).then(() => readFile(target, 'utf8'));
}

test('a program whose checksum is the published one is installed and can be run', async () => {
  files.set('/program.v1', PROGRAM).set('/program.v1.sha256sum', `${sha256(PROGRAM)} program.v1\n`);
  await download({ url: `${base}/program.v1`, checksumUrl: `${base}/program.v1.sha256sum` });
  expect(execFileSync(join(dir, 'program'), { encoding: 'utf8' })).toBe('stand-in\n');
});

test('a program is taken out of its archive, by the line of the checksum list that names the archive', async () => {
  await mkdir(join(dir, 'pack'));
  await writeFile(join(dir, 'pack', 'program'), PROGRAM);
  execFileSync('tar', ['-czf', 'pack.tar.gz', 'pack'], { cwd: dir });
  const archive = await readFile(join(dir, 'pack.tar.gz'));
  files.set('/pack.tar.gz', archive);
  files.set('/SHA256SUMS', `${sha256('other')}  other.tar.gz\n${sha256(archive)}  pack.tar.gz\n`);
  const asset = { url: `${base}/pack.tar.gz`, checksumUrl: `${base}/SHA256SUMS` };
  expect(await download(asset, 'pack/program')).toBe(PROGRAM);
  expect((await stat(join(dir, 'program'))).mode & 0o111).not.toBe(0);
});

test('a program with another checksum is refused and not installed', async () => {
  await rm(join(dir, 'program'), { force: true });
  files.set('/changed', `${PROGRAM}rm -rf /`).set('/changed.sha256sum', `${sha256(PROGRAM)}  changed\n`);
  const attempt = download({ url: `${base}/changed`, checksumUrl: `${base}/changed.sha256sum` });
  await expect(attempt).rejects.toThrow(`but ${sha256(PROGRAM)} is published: it was not used`);
  expect(existsSync(join(dir, 'program'))).toBe(false);
});

test('a release without a published checksum is refused', async () => {
  files.set('/bare', PROGRAM).set('/sums', `${sha256(PROGRAM)}  another\n`);
  await expect(download({ url: `${base}/bare`, checksumUrl: `${base}/sums` })).rejects.toThrow(
    'has no sha256 for bare',
  );
});

test('a release that is not there is named with the answer', async () => {
  const asset = { url: `${base}/none`, checksumUrl: `${base}/none.sha256sum` };
  await expect(download(asset)).rejects.toThrow(`${base}/none.sha256sum: status 404`);
});
