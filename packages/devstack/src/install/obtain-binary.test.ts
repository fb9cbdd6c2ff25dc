import { mkdir, mkdtemp, readdir, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Progress } from '../progress.ts';
import { findOnPath, isAtLeast, type PathRule } from './find-on-path.ts';
import { type BinarySource, obtainBinary, type Road } from './obtain-binary.ts';

let dir: string;
let installs = 0;
const told: Progress[] = [];

const nowhere: PathRule = {
  programs: ['storm-no-such-program'],
  versionArgs: [],
  accept: () => null,
  missing: 'no such program on PATH',
};

const working: Road = {
  name: 'a working road',
  obstacle: async () => null,
  async install(target) {
    installs += 1;
    await new Promise((resolve) => setTimeout(resolve, 100));
    await writeFile(target, 'program');
  },
};

const source = (...roads: Road[]): BinarySource => ({
  program: 'thing',
  version: '1.0',
  onPath: nowhere,
  roads,
  nextCommand: 'brew install thing',
});

const obtain = (from: BinarySource) =>
  obtainBinary(from, { name: 'thing', cache: join(dir, 'cache'), onProgress: (one) => told.push(one) });

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'storm-obtain-'));
  installs = 0;
  told.length = 0;
});
afterEach(() => rm(dir, { recursive: true }));

test('two that need a program at once install it once, and a third finds it', async () => {
  const [one, two] = await Promise.all([obtain(source(working)), obtain(source(working))]);
  expect(one).toEqual(two);
  expect(await obtain(source(working))).toEqual(one);
  expect(installs).toBe(1);
  expect(told.some(({ text }) => text.startsWith('waiting for another process'))).toBe(true);
  expect(await readdir(join(dir, 'cache'))).toEqual([expect.stringMatching(/^thing-1\.0-/)]);
});

test('the next road is tried when one fails, and a half-made program is never found', async () => {
  const failing: Road = {
    ...working,
    async install(target) {
      await writeFile(target, 'half');
      throw new Error('the line was cut');
    },
  };
  await expect(obtain(source(failing))).rejects.toThrow('the line was cut');
  expect(await readdir(join(dir, 'cache'))).toEqual([]);
  expect((await obtain(source(failing, working))).version).toBe('1.0');
});

test('a part that cannot be had says what was tried and what to type', async () => {
  const closed: Road = { ...working, obstacle: async () => 'no Go on PATH to build it with' };
  await expect(obtain(source(closed))).rejects.toThrow(
    'thing cannot be started on this machine:\n' +
      '  - no such program on PATH\n  - no Go on PATH to build it with\nNext: brew install thing',
  );
});

test('what a killed installation left behind is taken over', async () => {
  const home = join(dir, 'cache', `thing-1.0-${process.platform}-${process.arch}`);
  await mkdir(`${home}.draft-4194305`, { recursive: true });
  await mkdir(`${home}.lock`);
  // No process can have that number.
  const { hostname } = await import('node:os');
  await writeFile(join(`${home}.lock`, 'owner.json'), JSON.stringify({ pid: 4194305, host: hostname() }));
  await obtain(source(working));
  expect(await readdir(join(dir, 'cache'))).toHaveLength(1);
});

test('a program on PATH is taken only when it is new enough', async () => {
  for (const [folder, version] of [
    ['old', '1.9.3'],
    ['new', '1.10.0'],
  ] as const) {
    await mkdir(join(dir, folder));
    await writeFile(join(dir, folder, 'thing'), `#!/bin/sh\necho thing v${version}\n`, { mode: 0o755 });
  }
  const rule: PathRule = {
    programs: ['thing'],
    versionArgs: ['--version'],
    accept: (output) => {
      const version = /v([\d.]+)/.exec(output)?.[1] ?? '';
      return isAtLeast(version, '1.10') ? version : null;
    },
    missing: '',
  };
  const path = `${join(dir, 'old')}:${join(dir, 'new')}`;
  expect(await findOnPath(rule, path)).toEqual({ path: join(dir, 'new', 'thing'), version: '1.10.0' });
  expect(await findOnPath(rule, join(dir, 'old'))).toBeNull();
});
