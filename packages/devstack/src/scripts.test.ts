import { spawn } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { repositoryRoot } from './repository-root.ts';

// They run before anything is installed or built, so they are plain JavaScript outside of every package.
const script = (name: string) => import(join(repositoryRoot(), 'scripts', name));

test('packages count as installed only when they are the ones of the lockfile', async () => {
  const { arePackagesInstalled } = await script('prepare.mjs');
  const dir = await mkdtemp(join(tmpdir(), 'storm-lock-'));
  const write = async (file: string, packages: object) =>
    writeFile(join(dir, file), JSON.stringify({ packages }));
  await mkdir(join(dir, 'node_modules'));
  expect(arePackagesInstalled(dir)).toBe(false);
  await write('package-lock.json', {
    '': {},
    'packages/a': { version: '1.0.0' },
    'node_modules/b': { version: '2.0.0' },
    'node_modules/for-windows': { version: '1.0.0', optional: true },
  });
  expect(arePackagesInstalled(dir)).toBe(false);
  await write('node_modules/.package-lock.json', { 'node_modules/b': { version: '2.0.0' } });
  expect(arePackagesInstalled(dir)).toBe(true);
  await write('node_modules/.package-lock.json', { 'node_modules/b': { version: '1.9.0' } });
  expect(arePackagesInstalled(dir)).toBe(false);
  await rm(dir, { recursive: true });
});

test('only the very process that was recorded is ended', async () => {
  const { endLeftovers } = await script('running-record.mjs');
  const { processIdentity, isSameProcess } = await script('process-identity.mjs');
  const ours = spawn('sleep', ['60']);
  const other = spawn('sleep', ['60']);
  const ended = new Promise((resolve) => ours.once('exit', resolve));
  const processes = {
    ours: { pid: ours.pid, identity: processIdentity(ours.pid) },
    // The number is in use again, by somebody else.
    other: { pid: other.pid, identity: 'of an earlier process' },
    gone: { pid: 4_194_305, identity: 'gone' },
  };
  expect(endLeftovers({ processes })).toEqual(['ours']);
  await ended;
  expect(isSameProcess(processes.ours)).toBe(false);
  expect(other.exitCode).toBeNull();
  other.kill();
});
