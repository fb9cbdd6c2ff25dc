import { connect } from 'node:net';
import { isAtLeast } from '../install/find-on-path.ts';
import { obtainSystemProgram } from '../install/obtain-system-program.ts';
import type { Part, PartOptions, RunningPart } from '../part.ts';
import { startPart } from '../start-part.ts';

const OLDEST = '7.0';
const PING_TIMEOUT_MS = 1_000;

export type RunningRedis = RunningPart;

export const redis: Part<object, object> = {
  name: 'redis',
  fixedPort: 30_637,
  extraPorts: {},
  obtain: (onProgress) =>
    obtainSystemProgram(
      {
        onPath: {
          programs: ['redis-server', 'valkey-server'],
          versionArgs: ['--version'],
          accept: (output) => {
            const version = /\bv=(\d+\.\d+(?:\.\d+)?)/.exec(output)?.[1];
            return version && isAtLeast(version, OLDEST) ? version : null;
          },
          missing: `no redis-server ${OLDEST} or newer on PATH`,
        },
        package: { apt: 'redis-server', brew: 'redis' },
        nextCommand:
          process.platform === 'darwin'
            ? 'brew install redis'
            : "sudo apt-get install -y redis-server (or your system's package of Redis 7 or Valkey)",
      },
      { name: 'redis', onProgress },
    ),
  // A cache, as in the deployment: nothing is written to disk.
  command: ({ dir, port }) => ({
    args: [
      ...['--bind', '127.0.0.1', '--port', String(port), '--dir', dir],
      ...['--save', '', '--appendonly', 'no', '--daemonize', 'no'],
    ],
  }),
  isReady: ({ port }) => answersPing(port),
  stopSignal: 'SIGTERM',
  facts: ({ port }) => ({ url: `redis://127.0.0.1:${port}` }),
};

/** A Redis server that keeps nothing on disk, on 127.0.0.1. */
export function startRedis(options: PartOptions = {}): Promise<RunningRedis> {
  return startPart(redis, options);
}

function answersPing(port: number): Promise<boolean> {
  return new Promise((resolve, reject) => {
    const socket = connect({ port, host: '127.0.0.1', timeout: PING_TIMEOUT_MS });
    socket.once('connect', () => socket.write('PING\r\n'));
    socket.once('data', (answer) => {
      socket.destroy();
      resolve(answer.toString().startsWith('+PONG'));
    });
    socket.once('timeout', () => socket.destroy(new Error('no answer to PING')));
    socket.once('error', reject);
  });
}
