import { type RunningNats, type RunningRedis, startNats, startRedis } from '@storm/devstack';
import type { HealthReport } from '@storm/runtime';
import { createStreams } from '../test/create-streams.ts';
import { slugOf, startGateway, type TestGateway } from '../test/start-gateway.ts';
import { startUserService, type TestUserService } from '../test/start-user-service.ts';

let nats: RunningNats;
let redis: RunningRedis;
let users: TestUserService;
let gateway: TestGateway;

beforeAll(async () => {
  [nats, redis, users] = await Promise.all([startNats(), startRedis(), startUserService()]);
  nats.kill();
  redis.kill();
  await Promise.all([nats.exited, redis.exited]);
  gateway = await startGateway({ NATS_URL: nats.url, REDIS_URL: redis.url, USER_SERVICE_URL: users.url });
});
afterAll(async () => {
  await gateway.stop();
  await Promise.all([nats.stop(), redis.stop(), users.stop()]);
});

const health = () => gateway.call<HealthReport>('GET', '/health');

test('it serves at once when NATS and Redis are not there', async () => {
  const { token } = await users.addUser('ada');
  expect((await gateway.call('GET', '/live')).status).toBe(200);
  expect((await health()).status).toBe(503);
  const refused = await gateway.call('GET', '/api/v1/conversations', { token });
  expect([refused.status, slugOf(refused)]).toEqual([503, 'service-unavailable']);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect((await gateway.call('GET', '/api/v1/users/me', { token })).status).toBe(200);
});

test('it is ready by itself once they have come', async () => {
  await Promise.all([nats.restart(), redis.restart()]);
  await gateway.app.connected;
  await createStreams(gateway.bus);
  const until = Date.now() + 5_000;
  let status = 503;
  while (status !== 200 && Date.now() < until) ({ status } = await health());
  expect(status).toBe(200);
});
