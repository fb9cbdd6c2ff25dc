import { mkdtemp, readFile, rm, symlink, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { obtainSystemProgram } from './obtain-system-program.ts';

// Stands in for apt-get: without package lists it cannot install.
const APT = (dir: string) => `#!/bin/sh
echo "$1" >> ${dir}/calls
case "$1" in
  update) echo here > ${dir}/lists ;;
  install)
    if [ ! -f ${dir}/lists ]; then echo "E: Unable to locate package thing" >&2; exit 100; fi
    printf '#!/bin/sh\\necho v1.2\\n' > ${dir}/thing; /bin/chmod +x ${dir}/thing ;;
esac
`;

const thing = {
  onPath: {
    programs: ['thing'],
    versionArgs: [],
    accept: (output: string) => /v([\d.]+)/.exec(output)?.[1] ?? null,
    missing: 'no thing on PATH',
  },
  package: { apt: 'thing', brew: 'thing' },
  nextCommand: 'sudo apt-get install -y thing',
};

const { PATH, XDG_CACHE_HOME } = process.env;
let dir: string;

beforeEach(async () => {
  dir = await mkdtemp(join(tmpdir(), 'storm-system-'));
  await symlink('/usr/bin/env', join(dir, 'env'));
  // As sudo that needs no password: it runs what follows.
  await writeFile(join(dir, 'sudo'), '#!/bin/sh\nshift\nexec "$@"\n', { mode: 0o755 });
  await writeFile(join(dir, 'true'), '#!/bin/sh\n', { mode: 0o755 });
  Object.assign(process.env, { PATH: dir, XDG_CACHE_HOME: dir });
});
afterEach(async () => {
  Object.assign(process.env, { PATH, XDG_CACHE_HOME });
  if (XDG_CACHE_HOME === undefined) delete process.env.XDG_CACHE_HOME;
  await rm(dir, { recursive: true });
});

test('a package is installed by apt, after its lists were fetched when they are missing', async () => {
  await writeFile(join(dir, 'apt-get'), APT(dir), { mode: 0o755 });
  const found = await obtainSystemProgram(thing, { name: 'thing', onProgress: () => undefined });
  expect(found).toEqual({ path: join(dir, 'thing'), version: '1.2' });
  expect(await readFile(join(dir, 'calls'), 'utf8')).toBe('--version\ninstall\nupdate\ninstall\n');
});

test('without a package manager it is said what to type', async () => {
  const obtaining = obtainSystemProgram(thing, { name: 'thing', onProgress: () => undefined });
  await expect(obtaining).rejects.toThrow(
    'thing cannot be started on this machine:\n  - no thing on PATH\n' +
      '  - this system has neither apt nor brew\nNext: sudo apt-get install -y thing',
  );
});
