import { mkdtemp, rm } from 'node:fs/promises';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import pg from 'pg';
import { forgetData } from './forget-data.ts';
import type { Progress } from './progress.ts';
import { startStack } from './start-stack.ts';

async function query(url: string, text: string): Promise<pg.QueryResult> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  return client.query(text).finally(() => client.end());
}

test('two stacks run side by side, and each tells of its progress', async () => {
  const told: Progress[] = [];
  const [one, two] = await Promise.all([
    startStack({ ports: 'random', onProgress: (progress) => told.push(progress) }),
    startStack({ ports: 'random' }),
  ]);
  const ports = [one, two].flatMap(({ parts }) => Object.values(parts).map((part) => part.port));
  expect(new Set(ports).size).toBe(8);
  await query(one.parts.postgres.url, 'CREATE TABLE note (number int)');
  await expect(query(two.parts.postgres.url, 'SELECT * FROM note')).rejects.toThrow('does not exist');
  const ready = told.filter(({ step, pid, tookMs }) => step === 'ready' && pid && tookMs);
  expect(ready.map(({ name }) => name).sort()).toEqual(['minio', 'nats', 'postgres', 'redis']);
  await Promise.all([one.stop(), two.stop()]);
});

test('a stack with a folder finds its data again, until it is told to forget', async () => {
  const dir = await mkdtemp(join(tmpdir(), 'storm-stack-'));
  const start = () => startStack({ parts: ['postgres'], ports: 'random', dir });
  const first = await start();
  await query(first.parts.postgres.url, 'CREATE TABLE note AS SELECT 7 AS number');
  await first.stop();
  const second = await start();
  expect((await query(second.parts.postgres.url, 'SELECT number FROM note')).rows).toEqual([{ number: 7 }]);
  await second.stop();
  await forgetData(dir);
  const third = await start();
  await expect(query(third.parts.postgres.url, 'SELECT number FROM note')).rejects.toThrow('does not exist');
  await third.stop();
  await forgetData(dir);
  await rm(dir, { recursive: true });
});

test('a fixed port that is taken is refused with its holder and what to do', async () => {
  const holder = createServer();
  await new Promise<void>((resolve) => holder.listen(30_637 + 9_000, '127.0.0.1', resolve));
  const start = startStack({ parts: ['redis'], ports: 'fixed', portOffset: 9_000 });
  await expect(start).rejects.toThrow(
    new RegExp(`Port 39637, wanted for redis, is taken by process ${process.pid}: .*node.*\nNext: `),
  );
  holder.close();
});
