import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import type { TestMedia } from './test-media.ts';

export interface MediaProcess {
  child: ChildProcess;
  health(): Promise<{ status: number; body: { dependencies: Record<string, { status: string }> } }>;
  /** Resolves when `/health` answers with this status. */
  untilHealth(status: number): Promise<void>;
  /** @returns the exit code, null after a signal. */
  end(signal: NodeJS.Signals): Promise<number | null>;
}

/** The compiled service as a process of its own, as it is deployed. */
export async function startMediaProcess(
  { nats, minio, atStop }: Pick<TestMedia, 'nats' | 'minio' | 'atStop'>,
  nodeFlags: readonly string[] = [],
): Promise<MediaProcess> {
  const port = await freePort();
  const main = fileURLToPath(new URL('../dist/main.js', import.meta.url));
  const child = spawn(process.execPath, [...nodeFlags, main], {
    stdio: ['ignore', 'ignore', 'inherit'],
    env: {
      PATH: process.env.PATH,
      PORT: String(port),
      LOG_LEVEL: 'error',
      INSTANCE_ID: `media-${port}`,
      NATS_URL: nats.server.url,
      MINIO_ENDPOINT: minio.endpoint,
      MINIO_ACCESS_KEY: minio.accessKey,
      MINIO_SECRET_KEY: minio.secretKey,
      MALLOC_ARENA_MAX: '1',
    },
  });
  const health = async () => {
    const answer = await fetch(`http://127.0.0.1:${port}/health`);
    return {
      status: answer.status,
      body: (await answer.json()) as { dependencies: Record<string, { status: string }> },
    };
  };
  const end: MediaProcess['end'] = async (signal) => {
    if (child.exitCode !== null || child.signalCode !== null) return child.exitCode;
    const exited = once(child, 'exit') as Promise<[number | null]>;
    child.kill(signal);
    return (await exited)[0];
  };
  atStop(() => end('SIGKILL'));
  return {
    child,
    health,
    end,
    async untilHealth(status) {
      for (;;) {
        const seen = await health().catch(() => null);
        if (seen?.status === status) return;
        if (child.exitCode !== null) throw new Error(`the service ended with ${child.exitCode}`);
        await new Promise((resolve) => setTimeout(resolve, 25));
      }
    },
  };
}

async function freePort(): Promise<number> {
  const server = createServer().listen(0, '127.0.0.1');
  await once(server, 'listening');
  const address = server.address();
  server.close();
  await once(server, 'close');
  return typeof address === 'object' && address !== null ? address.port : 0;
}
