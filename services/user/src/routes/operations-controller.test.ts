import { setTimeout as delay } from 'node:timers/promises';
import type { HealthReport } from '@storm/runtime';
import { type Platform, type Replica, startPlatform } from '../../test/start-platform.ts';

let platform: Platform;
let user: Replica;

beforeAll(async () => {
  platform = await startPlatform({ durable: true });
  user = await platform.startReplica();
  await user.bus.first;
});
afterAll(() => platform.stop());

const ready = () => user.call<HealthReport>('GET', '/');

test('a ready service answers 200 at its root and names what it needs', async () => {
  const { status, body } = await ready();
  expect([status, body.status, body.service]).toEqual([200, 'ok', 'user']);
  expect(body.dependencies).toMatchObject({
    postgres: { status: 'up', required: true },
    'signing-keys': { status: 'up', required: true },
    nats: { status: 'up', required: false },
    outbox: { status: 'up', required: false },
  });
});

test('metrics tell of requests and of the process', async () => {
  const { body } = await user.call<string>('GET', '/metrics');
  expect(body).toMatch(/storm_http_request_seconds_count\{method="GET",route="\/",status="200"\} [1-9]/);
  expect(body).toContain('process_resident_memory_bytes');
});

test('without NATS it is degraded and still serves', async () => {
  const isGone = new Promise<void>((resolve) => {
    const watch = async () => {
      for await (const { type } of user.bus.connection.status()) if (type === 'disconnect') return resolve();
    };
    void watch();
  });
  platform.nats.server.kill();
  await isGone;
  const { status, body } = await ready();
  expect([status, body.status, body.dependencies.nats?.status]).toEqual([200, 'degraded', 'down']);
  await expect(user.register('ada')).resolves.toMatchObject({ user: { username: 'ada' } });
  await platform.nats.server.restart();
});

test('without its database it is not ready, says so, and comes back by itself', async () => {
  platform.database.server.kill('SIGKILL');
  await platform.database.server.exited;
  const { status, body } = await ready();
  expect([status, body.status, body.dependencies.postgres?.status]).toEqual([503, 'unavailable', 'down']);
  const login = await user.call('POST', '/auth/login', { json: { username: 'ada', password: 'whatever' } });
  expect(login).toMatchObject({
    status: 503,
    body: { type: 'urn:storm:problem:service-unavailable', retryable: true },
  });
  expect(login.headers.get('retry-after')).toBe('1');
  expect((await user.call('GET', '/live')).status).toBe(200);
  await platform.database.server.restart();
  // A connection that does not yet know that its server died may fail once more.
  while ((await ready()).status !== 200) await delay(100);
});

test('started before its database, it lives, is not ready, and becomes so', async () => {
  platform.database.server.kill('SIGKILL');
  await platform.database.server.exited;
  const early = await platform.startReplica({ waits: false });
  expect((await early.call('GET', '/live')).status).toBe(200);
  expect((await early.call('GET', '/')).status).toBe(503);
  expect((await early.call('GET', '/.well-known/jwks.json')).status).toBe(503);
  await platform.database.server.restart();
  await early.ready;
  expect((await early.call('GET', '/.well-known/jwks.json')).status).toBe(200);
});
