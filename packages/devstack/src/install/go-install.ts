import { execFile } from 'node:child_process';
import { readdir, rename, rm } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { promisify } from 'node:util';
import { startGuardedProcess } from '../guarded-process.ts';
import { isAtLeast } from './find-on-path.ts';
import type { Road } from './obtain-binary.ts';

const OLDEST_GO = '1.24';
const TELL_EVERY_MS = 10_000;

const runFile = promisify(execFile);

export interface GoInstallOptions {
  /** As `go install` takes it, without the version. */
  module: string;
  version: string;
  /** What a person should expect: "about 2 minutes". */
  expectation: string;
}

/** Builds the program with the Go that is on this machine. No C compiler is needed. */
export function goInstall({ module, version, expectation }: GoInstallOptions): Road {
  return {
    name: 'go install',
    obstacle: () => goObstacle(),
    async install(target, tell) {
      const dir = dirname(target);
      tell(`building with go install, ${expectation}, once per user`);
      const startedAt = performance.now();
      let packages = 0;
      let downloads = 0;
      const build = await startGuardedProcess({
        command: 'go',
        args: ['install', '-v', '-trimpath', '-ldflags=-s -w', `${module}@${version}`],
        env: {
          ...process.env,
          GOBIN: dir,
          CGO_ENABLED: '0',
          GOFLAGS: '-mod=mod',
          GO111MODULE: 'on',
          GOOS: '',
          GOARCH: '',
        },
        cwd: dir,
        logFile: join(dir, 'build.log'),
        stopSignal: 'SIGTERM',
        onLog: (line) => {
          if (line.startsWith('go: downloading')) downloads += 1;
          else packages += 1;
        },
      });
      const ticker = setInterval(() => {
        const seconds = Math.round((performance.now() - startedAt) / 1000);
        const counts = [`${downloads} modules downloaded`, `${packages} packages compiled`];
        tell(
          ['building with go install', `${seconds} s`, ...counts.filter((count) => !/^0 /.test(count))].join(
            ', ',
          ),
        );
      }, TELL_EVERY_MS);
      const ending = await build.exited;
      clearInterval(ticker);
      if (ending !== 'ended with code 0')
        throw new Error(`go install ${module}@${version} ${ending}:\n${build.logTail(8)}`);
      await Promise.all(
        (await readdir(dir))
          .filter((name) => name.startsWith('build.log'))
          .map((name) => rm(join(dir, name))),
      );
      const [built = basename(target)] = await readdir(dir);
      if (built !== basename(target)) await rename(join(dir, built), target);
    },
  };
}

async function goObstacle(): Promise<string | null> {
  const version = await runFile('go', ['env', 'GOVERSION']).then(
    ({ stdout }) => /go([\d.]+)/.exec(stdout)?.[1] ?? null,
    () => null,
  );
  if (version === null) return 'no Go on PATH to build it with';
  return isAtLeast(version, OLDEST_GO)
    ? null
    : `Go ${version} is too old to build it (${OLDEST_GO} or newer is needed)`;
}
