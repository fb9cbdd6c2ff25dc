import { WebSocket } from 'ws';
import { type Platform, slugOf, startPlatform, type TestGateway } from '../../test/start-gateway.ts';
import type { SignedIn } from '../../test/start-user-service.ts';

let platform: Platform;
let limited: TestGateway;
let twin: TestGateway;

const limits = {
  LIMIT_USER_PER_10S: '20',
  LIMIT_ADDRESS_PER_10S: '15',
  LIMIT_SIGN_IN_NAME_PER_MINUTE: '3',
  LIMIT_SIGN_IN_ADDRESS_PER_MINUTE: '8',
  TRUST_PROXY: '127.0.0.1',
};
beforeAll(async () => {
  platform = await startPlatform();
  [limited, twin] = await Promise.all([platform.startGateway(limits), platform.startGateway(limits)]);
});
afterAll(() => platform.stop());

/** A test begins with a window of its own, so that none ends in the middle of it. */
async function untilNewWindow(windowMs: number, neededMs: number): Promise<void> {
  const leftMs = windowMs - (Date.now() % windowMs);
  if (leftMs < neededMs) await new Promise((resolve) => setTimeout(resolve, leftMs + 5));
}
const me = ({ token }: SignedIn, gateway = limited) => gateway.call('GET', '/api/v1/users/me', { token });
const login = (username: string, address: string, gateway = limited) =>
  gateway.call('POST', '/api/v1/auth/login', {
    json: { username, password: 'guess' },
    headers: { 'x-forwarded-for': address },
  });

test('a user who asks too often is told when to come back; others are not disturbed', async () => {
  const [busy, calm] = [await platform.users.addUser('busy'), await platform.users.addUser('calm')];
  await untilNewWindow(10_000, 3_000);
  for (let asked = 0; asked < 20; asked++) expect((await me(busy)).status).toBe(200);
  const refused = await me(busy);
  expect([refused.status, slugOf(refused)]).toEqual([429, 'too-many-requests']);
  expect(Number(refused.headers.get('retry-after'))).toBeGreaterThan(0);
  expect(refused.body.retryAfterMs).toBeLessThanOrEqual(10_000);
  expect(refused.headers.get('ratelimit-remaining')).toBe('0');
  const { status, headers } = await me(calm);
  expect([status, headers.get('ratelimit-limit'), headers.get('ratelimit-remaining')]).toEqual([
    200,
    '20',
    '19',
  ]);
});

test('two gateways count together', async () => {
  const busy = await platform.users.addUser('everywhere');
  await untilNewWindow(10_000, 5_000);
  for (let asked = 0; asked < 15; asked++) await me(busy);
  const until = Date.now() + 3_000;
  let remaining = 20;
  // The other gateway learns the total with its own next booking.
  while (remaining > 4 && Date.now() < until) {
    await new Promise((resolve) => setTimeout(resolve, 120));
    remaining = Number((await me(busy, twin)).headers.get('ratelimit-remaining'));
  }
  expect(remaining).toBeLessThanOrEqual(4);
});

test('guessing a password is stopped soon, for that address alone, over all gateways', async () => {
  await untilNewWindow(60_000, 5_000);
  for (const gateway of [limited, twin, limited])
    expect((await login('ada', '10.0.0.1', gateway)).status).toBe(401);
  for (const gateway of [limited, twin]) expect((await login('ada', '10.0.0.1', gateway)).status).toBe(429);
  expect((await login('ada', '10.0.0.2')).status).toBe(401);
});

test('guessing many names from one address is stopped too', async () => {
  await untilNewWindow(60_000, 5_000);
  const statuses: number[] = [];
  for (let n = 0; n < 9; n++) statuses.push((await login(`name${n}`, '10.0.0.3')).status);
  expect(statuses).toEqual([...Array.from({ length: 8 }, () => 401), 429]);
});

test('who keeps coming with bad tokens is refused before they are looked at', async () => {
  await untilNewWindow(10_000, 3_000);
  const headers = { 'x-forwarded-for': '10.0.0.4', authorization: 'Bearer abc' };
  const statuses: number[] = [];
  for (let n = 0; n < 16; n++) {
    statuses.push((await limited.call('GET', '/api/v1/users/me', { headers })).status);
  }
  expect(statuses.filter((status) => status === 401)).toHaveLength(15);
  expect(statuses.at(-1)).toBe(429);
});

/** Opens a socket and leaves, without a word or after an answer to its hello. @returns what the handshake was answered with */
const openAndLeave = (
  address: string,
  token?: string,
): Promise<{ status: number; retryAfter: string | undefined }> =>
  new Promise((resolve) => {
    const socket = new WebSocket(`${limited.url.replace('http', 'ws')}/ws`, {
      headers: { 'x-forwarded-for': address },
    });
    socket.on('open', () => {
      if (token === undefined) socket.close();
      else socket.send(JSON.stringify({ type: 'hello', token }));
    });
    socket.on('message', () => socket.close());
    socket.on('close', () => resolve({ status: 101, retryAfter: undefined }));
    socket.on('unexpected-response', (_request, { statusCode = 0, headers }) =>
      resolve({ status: statusCode, retryAfter: headers['retry-after'] }),
    );
  });

test.each([
  ['says nothing', '10.0.0.6', undefined],
  ['says hello with a wrong token', '10.0.0.7', 'abc'],
])(
  'who keeps opening sockets and %s waits for an answer, and is refused; others come in at once',
  async (_what, address, token) => {
    await untilNewWindow(10_000, 8_000);
    let answer = await openAndLeave(address, token);
    for (let opened = 1; opened < 50 && answer.status === 101; opened++) {
      const [next, other] = [openAndLeave(address, token), openAndLeave(`${address}${opened}`)];
      expect((await other).status).toBe(101);
      answer = await next;
    }
    expect(answer.status).toBe(429);
    expect(Number(answer.retryAfter)).toBeGreaterThan(0);
  },
  20_000,
);

test('who says hello may come as often as he likes', async () => {
  const { token } = await platform.users.addUser('restless');
  for (let opened = 0; opened < 8; opened++) expect((await openAndLeave('10.0.0.8', token)).status).toBe(101);
});

test('without Redis each gateway keeps the limits by itself', async () => {
  const alone = await platform.startGateway({ ...limits, REDIS_URL: 'redis://127.0.0.1:1' });
  const busy = await platform.users.addUser('no-redis');
  await untilNewWindow(10_000, 3_000);
  const statuses: number[] = [];
  for (let n = 0; n < 21; n++) statuses.push((await me(busy, alone)).status);
  expect(statuses.filter((status) => status === 200)).toHaveLength(20);
  expect(statuses.at(-1)).toBe(429);
  await untilNewWindow(60_000, 3_000);
  for (let n = 0; n < 3; n++) await login('ada', '10.0.0.5', alone);
  expect((await login('ada', '10.0.0.5', alone)).status).toBe(429);
});

test('an address is not believed from a stranger', async () => {
  const open = await platform.startGateway({ ...limits, TRUST_PROXY: '' });
  await untilNewWindow(60_000, 3_000);
  const statuses: number[] = [];
  for (let n = 0; n < 4; n++) statuses.push((await login('eve', `10.1.0.${n}`, open)).status);
  expect(statuses).toEqual([401, 401, 401, 429]);
});
