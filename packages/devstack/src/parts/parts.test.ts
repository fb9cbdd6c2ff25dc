import { connect as connectSocket } from 'node:net';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Redis } from 'ioredis';
import { Client as MinioClient } from 'minio';
import { connect } from 'nats';
import pg from 'pg';
import { startMinio } from './minio.ts';
import { startNats } from './nats.ts';
import { startPostgres } from './postgres.ts';
import { startRedis } from './redis.ts';

async function sql(url: string, text: string): Promise<unknown[]> {
  const client = new pg.Client({ connectionString: url });
  await client.connect();
  try {
    return (await client.query({ text, rowMode: 'array' })).rows.flat();
  } finally {
    await client.end();
  }
}

function isListening(port: number): Promise<boolean> {
  return new Promise((resolve) => {
    const socket = connectSocket(port, '127.0.0.1');
    socket.once('connect', () => resolve(true)).once('error', () => resolve(false));
    socket.once('connect', () => socket.destroy());
  });
}

test('Postgres keeps its rows, port and databases over SIGKILL and restart, and syncs by default', async () => {
  const postgres = await startPostgres({ databases: ['one_db'] });
  const url = await postgres.createDatabase('two_db');
  expect(await sql(url, 'SHOW fsync')).toEqual(['on']);
  await sql(url, 'CREATE TABLE note AS SELECT 7 AS number');
  const { pid, port } = postgres;
  postgres.kill('SIGKILL');
  await postgres.exited;
  expect(postgres.isRunning).toBe(false);
  await postgres.restart();
  expect(postgres.pid).not.toBe(pid);
  expect(postgres.port).toBe(port);
  expect(await sql(url, 'SELECT number FROM note')).toEqual([7]);
  expect(await sql(url, "SELECT count(*)::int FROM pg_database WHERE datname = 'one_db'")).toEqual([1]);
  await postgres.stop();
  expect(await isListening(port)).toBe(false);
});

test('Postgres without durability does not sync, and takes further settings', async () => {
  const postgres = await startPostgres({ durable: false, settings: { work_mem: '7MB' } });
  expect(await sql(postgres.url, 'SHOW fsync')).toEqual(['off']);
  expect(await sql(postgres.url, 'SHOW work_mem')).toEqual(['7MB']);
  await postgres.stop();
});

test('NATS keeps its streams over SIGKILL and restart, within the store that it was given', async () => {
  const nats = await startNats({ maxStoreBytes: 64 * 1024 * 1024 });
  const before = await connect({ servers: nats.url });
  await (await jetstreamManager(before)).streams.add({ name: 'NOTES', subjects: ['note.>'] });
  await jetstream(before).publish('note.one', 'kept');
  await before.close();
  nats.kill('SIGKILL');
  await nats.restart();
  const after = await connect({ servers: nats.url });
  const manager = await jetstreamManager(after);
  expect((await manager.streams.getMessage('NOTES', { seq: 1 }))?.string()).toBe('kept');
  const tooBig = { name: 'BIG', subjects: ['big'], max_bytes: 65 * 1024 * 1024 };
  await expect(manager.streams.add(tooBig)).rejects.toThrow(/insufficient storage/);
  await after.close();
  await nats.stop();
});

test('MinIO serves at once and keeps its objects over SIGKILL and restart', async () => {
  const minio = await startMinio();
  const { port, accessKey, secretKey } = minio;
  const client = new MinioClient({ endPoint: '127.0.0.1', port, useSSL: false, accessKey, secretKey });
  await client.makeBucket('notes');
  await client.putObject('notes', 'one', Buffer.from('kept'));
  expect(await isListening(minio.consolePort)).toBe(false);
  minio.kill('SIGKILL');
  await minio.restart();
  expect((await client.statObject('notes', 'one')).size).toBe(4);
  await minio.stop();
});

test('Redis answers, hangs while it is stopped, goes on, and forgets over a restart', async () => {
  const redis = await startRedis();
  const client = new Redis(redis.url, { commandTimeout: 200, maxRetriesPerRequest: 0 });
  client.on('error', () => undefined);
  await client.set('note', 'kept');
  redis.kill('SIGSTOP');
  await expect(client.get('note')).rejects.toThrow('timed out');
  redis.kill('SIGCONT');
  expect(await client.get('note')).toBe('kept');
  client.disconnect();
  await redis.restart();
  const other = new Redis(redis.url);
  expect(await other.get('note')).toBeNull();
  other.disconnect();
  await redis.stop();
});

test('a server that cannot start tells the last lines of its log', async () => {
  const start = startPostgres({ settings: { shared_buffers: 'plenty' } });
  await expect(start).rejects.toThrow(/ended with code 1 before it was ready[\s\S]*shared_buffers/);
});
