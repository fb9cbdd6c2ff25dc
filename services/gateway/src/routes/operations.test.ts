import { getMedia, isMember, listInbox } from '@storm/contracts';
import { defineDoor, type HealthReport, serveQuery } from '@storm/runtime';
import { createTestLogger } from '@storm/testing';
import { type Platform, startPlatform, type TestGateway } from '../../test/start-gateway.ts';

let platform: Platform;
beforeAll(async () => {
  platform = await startPlatform();
});
afterAll(() => platform.stop());

const health = async (gateway: TestGateway) => {
  const askedAt = performance.now();
  const { status, body } = await gateway.call<HealthReport>('GET', '/health');
  expect(performance.now() - askedAt).toBeLessThan(1_500);
  return {
    status,
    report: body,
    states: Object.entries(body.dependencies).map(([name, { status }]) => `${name} ${status}`),
  };
};
const unserved = (): Promise<never> => Promise.reject(new Error('only asked whether it is there'));
const nowhere = 'redis://127.0.0.1:1';

test('with everything there it is ok and names each dependency', async () => {
  const { connection } = platform.peers;
  const log = createTestLogger();
  serveQuery(connection, 'message', defineDoor(isMember, unserved), log);
  serveQuery(connection, 'media', defineDoor(getMedia, unserved), log);
  serveQuery(connection, 'notification', defineDoor(listInbox, unserved), log);
  await connection.flush();
  const { status, report, states } = await health(await platform.startGateway());
  expect([status, report.status]).toEqual([200, 'ok']);
  expect(states).toEqual([
    'nats up',
    'redis up',
    'user-service up',
    'message-service up',
    'media-service up',
    'notification-service up',
  ]);
  for (const { latencyMs } of Object.values(report.dependencies)) expect(latencyMs).toBeGreaterThan(0);
});

test('without Redis and the user service it is degraded, and still takes requests', async () => {
  const gateway = await platform.startGateway({ REDIS_URL: nowhere, USER_SERVICE_URL: 'http://127.0.0.1:1' });
  await gateway.bus.first;
  const { status, report, states } = await health(gateway);
  expect([status, report.status]).toEqual([200, 'degraded']);
  expect(states.filter((one) => one.endsWith('down'))).toEqual(['redis down', 'user-service down']);
});

test('a user service that is silent does not hold the answer up', async () => {
  const gateway = await platform.startGateway();
  platform.users.silence();
  const { status, states } = await health(gateway);
  platform.users.speak();
  expect(status).toBe(200);
  expect(states).toContain('user-service down');
});

test('however many ask, there is one round of questions in half a second', async () => {
  const gateway = await platform.startGateway();
  const before = platform.users.asked.length;
  const askedAt = performance.now();
  await Promise.all(Array.from({ length: 50 }, () => gateway.call('GET', '/health')));
  const halfSeconds = Math.floor((performance.now() - askedAt) / 500);
  expect(platform.users.asked.length - before).toBeLessThanOrEqual(1 + halfSeconds);
});

test('metrics tell what was asked, by route and not by path', async () => {
  const gateway = await platform.startGateway();
  const { token, userId } = await platform.users.addUser('ada');
  await gateway.call('GET', `/api/v1/users/${userId}`, { token });
  const { body } = await gateway.call<string>('GET', '/metrics');
  expect(body).toContain(
    'storm_http_request_seconds_count{method="GET",route="/api/v1/users/:userId",status="200"} 1',
  );
  expect(body).not.toContain(userId);
});

test('the description of the API can be read and tried', async () => {
  const gateway = await platform.startGateway();
  const page = await gateway.call<string>('GET', '/docs/');
  expect(page.status).toBe(200);
  expect(page.body).toContain('swagger-ui');
  const { body } = await gateway.call<{ openapi: string }>('GET', '/docs/json');
  expect(body.openapi).toBe('3.1.0');
});

test('while it drains it is not ready, finishes what it has and then goes', async () => {
  const gateway = await platform.startGateway();
  const { token } = await platform.users.addUser('late');
  await gateway.call('GET', '/api/v1/users/me', { token });
  platform.users.silence();
  const isAsked = platform.users.nextRequest();
  const pending = gateway.call('GET', '/api/v1/users/me', { token });
  await isAsked;
  const stopped = gateway.stop();
  platform.users.speak();
  const { status, headers } = await pending;
  expect([status, headers.get('connection')]).toEqual([200, 'close']);
  expect(await stopped).toEqual([]);
});
