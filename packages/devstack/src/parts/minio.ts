import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { goInstall } from '../install/go-install.ts';
import { installGoCommand } from '../install/install-go-command.ts';
import { obtainBinary } from '../install/obtain-binary.ts';
import { releaseDownload } from '../install/release-download.ts';
import { releaseTarget } from '../install/release-target.ts';
import type { Part, PartOptions, RunningPart } from '../part.ts';
import { startPart } from '../start-part.ts';

/** Its last commit; the last binary that the project published is older. */
const COMMIT = 'v0.0.0-20260212201848-7aac2a2c5b7c';
const LAST_RELEASE = 'RELEASE.2025-09-07T16-13-09Z';
const OLDEST_ON_PATH = 'RELEASE.2025-01-01';

export interface MinioOptions {
  /** Serves its web console on the console port. Default false. */
  console?: boolean;
}

export interface MinioFacts {
  /** As the client wants it: host and port. */
  endpoint: string;
  accessKey: string;
  secretKey: string;
  consolePort: number;
}

export type RunningMinio = RunningPart<MinioFacts>;

const ACCESS_KEY = 'storm-local';
const SECRET_KEY = 'storm-local-secret';

export const minio: Part<MinioOptions, MinioFacts> = {
  name: 'minio',
  fixedPort: 30_900,
  extraPorts: { console: 30_901 },
  obtain: (onProgress) =>
    obtainBinary(
      {
        program: 'minio',
        version: '20260212',
        onPath: {
          programs: ['minio'],
          versionArgs: ['--version'],
          // The commercial successor has the same name and wants a licence file.
          accept: (output) => {
            const version = /minio version (RELEASE\.[\dTZ-]+|DEVELOPMENT\.\S+)/.exec(output)?.[1];
            if (!version || !output.includes('AGPLv3')) return null;
            return version.startsWith('DEVELOPMENT') || version >= OLDEST_ON_PATH ? version : null;
          },
          missing: 'no minio of 2025 or newer on PATH',
        },
        roads: [
          goInstall({
            module: 'github.com/minio/minio',
            version: COMMIT,
            expectation: 'about 2 to 4 minutes',
          }),
          releaseDownload(minioRelease()),
        ],
        nextCommand: installGoCommand(),
      },
      { name: 'minio', onProgress },
    ),
  async prepare({ dir }) {
    await mkdir(join(dir, 'objects'), { recursive: true });
  },
  command: ({ dir, port, extraPorts, options }) => ({
    args: [
      'server',
      ...['--address', `127.0.0.1:${port}`, '--console-address', `127.0.0.1:${extraPorts.console}`],
      ...['--certs-dir', join(dir, 'certs'), join(dir, 'objects')],
    ],
    env: {
      MINIO_ROOT_USER: ACCESS_KEY,
      MINIO_ROOT_PASSWORD: SECRET_KEY,
      MINIO_BROWSER: options.console ? 'on' : 'off',
      // No calls to anybody: no update check, no phoning home.
      MINIO_UPDATE: 'off',
      MINIO_CALLHOME_ENABLE: 'off',
    },
  }),
  isReady: async ({ port }) => {
    if (!(await fetch(`http://127.0.0.1:${port}/minio/health/cluster`)).ok) return false;
    // Without credentials a served S3 call is refused; before its users are loaded it is "not initialized".
    return (await fetch(`http://127.0.0.1:${port}/`)).status === 403;
  },
  stopSignal: 'SIGTERM',
  facts: ({ port, extraPorts }) => ({
    url: `http://127.0.0.1:${port}`,
    endpoint: `127.0.0.1:${port}`,
    accessKey: ACCESS_KEY,
    secretKey: SECRET_KEY,
    consolePort: Number(extraPorts.console),
  }),
};

/** A MinIO server with one drive, on 127.0.0.1. */
export function startMinio(options: MinioOptions & PartOptions = {}): Promise<RunningMinio> {
  return startPart(minio, options);
}

function minioRelease(base = 'https://dl.min.io/server/minio/release') {
  const target = releaseTarget();
  const url = `${base}/${target}/archive/minio.${LAST_RELEASE}`;
  return { asset: target === null ? null : { url, checksumUrl: `${url}.sha256sum` } };
}
