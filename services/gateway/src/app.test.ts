import { startNats, startRedis } from '@storm/devstack';
import type { HealthReport } from '@storm/runtime';
import { slugOf, startGateway } from '../test/start-gateway.ts';
import { startUserService } from '../test/start-user-service.ts';

test('it serves at once when nothing else is there, and everything once the rest has come', async () => {
  const [nats, redis, users] = await Promise.all([startNats(), startRedis(), startUserService()]);
  const { token } = await users.addUser('ada');
  nats.kill();
  redis.kill();
  await Promise.all([nats.exited, redis.exited]);
  const gateway = await startGateway({
    NATS_URL: nats.url,
    REDIS_URL: redis.url,
    USER_SERVICE_URL: users.url,
  });
  const health = () => gateway.call<HealthReport>('GET', '/health');
  expect((await health()).status).toBe(503);
  expect((await gateway.call('GET', '/live')).status).toBe(200);
  const conversations = () => gateway.call('GET', '/api/v1/conversations', { token });
  const refused = await conversations();
  expect([refused.status, slugOf(refused)]).toEqual([503, 'service-unavailable']);
  expect(refused.headers.get('retry-after')).toBe('1');
  expect((await gateway.call('GET', '/api/v1/users/me', { token })).status).toBe(200);

  await Promise.all([nats.restart(), redis.restart()]);
  await gateway.app.connected;
  expect((await health()).status).toBe(200);
  await gateway.stop();
  await Promise.all([nats.stop(), redis.stop(), users.stop()]);
});
