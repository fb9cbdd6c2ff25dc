import { writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { isAtLeast } from '../install/find-on-path.ts';
import { goInstall } from '../install/go-install.ts';
import { installGoCommand } from '../install/install-go-command.ts';
import { obtainBinary } from '../install/obtain-binary.ts';
import { releaseDownload } from '../install/release-download.ts';
import { releaseTarget } from '../install/release-target.ts';
import type { Part, PartOptions, RunningPart } from '../part.ts';
import { startPart } from '../start-part.ts';

const VERSION = '2.15.2';
const OLDEST = '2.14.0';

export interface NatsOptions {
  /** Without one: JetStream on, no users, one sync a second as in the deployment. */
  configFile?: string;
  /** What the configuration file refers to as `$NAME`. */
  env?: Record<string, string>;
  /** Caps what JetStream keeps on disk. Only without `configFile`, which else says it itself. */
  maxStoreBytes?: number;
}

export interface NatsFacts {
  monitorPort: number;
  monitorUrl: string;
}

export type RunningNats = RunningPart<NatsFacts>;

export const nats: Part<NatsOptions, NatsFacts> = {
  name: 'nats',
  fixedPort: 30_422,
  extraPorts: { monitor: 30_822 },
  obtain: (onProgress) =>
    obtainBinary(
      {
        program: 'nats-server',
        version: VERSION,
        onPath: {
          programs: ['nats-server'],
          versionArgs: ['--version'],
          accept: (output) => {
            const version = /nats-server: v(\d+\.\d+\.\d+)/.exec(output)?.[1];
            return version && isAtLeast(version, OLDEST) ? version : null;
          },
          missing: `no nats-server ${OLDEST} or newer on PATH`,
        },
        roads: [
          goInstall({
            module: 'github.com/nats-io/nats-server/v2',
            version: `v${VERSION}`,
            expectation: 'about half a minute',
          }),
          releaseDownload(natsRelease()),
        ],
        nextCommand: installGoCommand(),
      },
      { name: 'nats', onProgress },
    ),
  async prepare({ dir, options }) {
    if (options.configFile !== undefined) {
      if (options.maxStoreBytes === undefined) return;
      throw new Error('nats: give maxStoreBytes or a configFile that says it, not both.');
    }
    const limit = options.maxStoreBytes === undefined ? '' : `  max_file_store: ${options.maxStoreBytes}\n`;
    const config = `jetstream {\n  sync_interval: 1s\n${limit}}\n`;
    await writeFile(join(dir, 'nats.conf'), config);
  },
  command: ({ dir, port, extraPorts, options }) => ({
    args: [
      ...['-c', resolve(options.configFile ?? join(dir, 'nats.conf'))],
      ...['-a', '127.0.0.1', '-p', String(port), '-m', String(extraPorts.monitor), '-sd', dir],
    ],
    env: options.env ?? {},
  }),
  // Only healthy once JetStream has read all its streams back.
  isReady: async ({ extraPorts }) => (await fetch(`http://127.0.0.1:${extraPorts.monitor}/healthz`)).ok,
  stopSignal: 'SIGTERM',
  facts: ({ port, extraPorts }) => {
    const monitorPort = Number(extraPorts.monitor);
    return { url: `nats://127.0.0.1:${port}`, monitorPort, monitorUrl: `http://127.0.0.1:${monitorPort}` };
  },
};

/** A NATS server with JetStream, on 127.0.0.1. */
export function startNats(options: NatsOptions & PartOptions = {}): Promise<RunningNats> {
  return startPart(nats, options);
}

/** Where the project publishes its binaries. `base` serves a mirror. */
export function natsRelease(base = 'https://github.com/nats-io/nats-server/releases/download') {
  const target = releaseTarget();
  const folder = `${base}/v${VERSION}`;
  const stem = `nats-server-v${VERSION}-${target}`;
  return {
    asset: target === null ? null : { url: `${folder}/${stem}.tar.gz`, checksumUrl: `${folder}/SHA256SUMS` },
    memberOfArchive: `${stem}/nats-server`,
  };
}
