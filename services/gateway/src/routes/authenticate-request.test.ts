import { eventHeaders, eventSubject, sessionRevoked, type UserId } from '@storm/contracts';
import { createPublisher } from '@storm/runtime';
import { exportSPKI, generateKeyPair, SignJWT } from 'jose';
import { uuidv7 } from 'uuidv7';
import {
  type Platform,
  slugOf,
  startGateway,
  startPlatform,
  type TestGateway,
} from '../../test/start-gateway.ts';
import { type SignedIn, startUserService } from '../../test/start-user-service.ts';

let platform: Platform;
let gateway: TestGateway;
let ada: SignedIn;

beforeAll(async () => {
  platform = await startPlatform();
  gateway = await platform.startGateway();
  ada = await platform.users.addUser('ada');
});
afterAll(() => platform.stop());

const me = (token: string, at = gateway) => at.call('GET', '/api/v1/users/me', { token });

async function revoke({ userId, sessionId }: SignedIn): Promise<void> {
  const publisher = createPublisher(platform.peers);
  const data = { sessionId, at: new Date().toISOString() };
  const headers = eventHeaders(sessionRevoked, `revoked:${sessionId}`, data.at);
  const subject = eventSubject(sessionRevoked, userId);
  await publisher.publish(subject, Buffer.from(JSON.stringify(data)), headers);
}

/** Asks until the answer is another: what an event leads to is there a moment later. */
async function untilStatus(status: number, ask: () => Promise<{ status: number }>): Promise<void> {
  const until = Date.now() + 5_000;
  for (;;) {
    const answer = await ask();
    if (answer.status === status) return;
    if (Date.now() > until) throw new Error(`still ${answer.status}, not ${status}`);
  }
}

test('a token of the user service opens the door, in any case of the scheme', async () => {
  expect((await me(ada.token)).status).toBe(200);
  const headers = { authorization: `bearer ${ada.token}` };
  expect((await gateway.call('GET', '/api/v1/users/me', { headers })).status).toBe(200);
});

test('the user service is told who asks, and from where', async () => {
  await me(ada.token);
  const seen = platform.users.headers.at(-1);
  expect(seen?.authorization).toBe(`Bearer ${ada.token}`);
  expect(seen?.['x-forwarded-for']).toBe('127.0.0.1');
});

const claims = () => ({ sub: ada.userId, sid: ada.sessionId });
const forgeries: [string, () => Promise<string> | string][] = [
  ['no token', () => ''],
  ['not a token', () => 'abc'],
  ['a very long token', () => 'a'.repeat(8_000)],
  ['an expired one', () => platform.users.sign(claims(), { expiresIn: '-1m' })],
  ['one without a session', () => platform.users.sign({ sub: ada.userId })],
  ['one whose subject is no user id', () => platform.users.sign({ ...claims(), sub: 'admin' })],
  [
    'one of a stranger with the same key id',
    async () => signWith((await generateKeyPair('EdDSA')).privateKey),
  ],
  ['an unsigned one', () => unsigned()],
  ['one signed with the public key as a secret', () => confused()],
  ['one whose payload was exchanged', () => exchanged()],
];
test.each(forgeries)('%s is refused', async (_, forge) => {
  const answer = await me(await forge());
  expect([answer.status, slugOf(answer)]).toEqual([401, 'unauthenticated']);
  expect(answer.headers.get('www-authenticate')).toContain('Bearer');
});

const signWith = (key: Parameters<SignJWT['sign']>[0], alg = 'EdDSA', kid = 'test'): Promise<string> =>
  new SignJWT(claims())
    .setProtectedHeader({ alg, kid })
    .setIssuer('storm')
    .setAudience('storm')
    .setExpirationTime('15m')
    .sign(key);
const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');
const unsigned = () => {
  const payload = { ...claims(), iss: 'storm', aud: 'storm', exp: Math.floor(Date.now() / 1_000) + 900 };
  return `${encode({ alg: 'none' })}.${encode(payload)}.`;
};
const confused = async () => {
  const { publicKey } = await generateKeyPair('EdDSA', { extractable: true });
  return signWith(Buffer.from(await exportSPKI(publicKey)), 'HS256');
};
const exchanged = () => {
  const [header, , signature] = ada.token.split('.');
  return `${header}.${encode({ ...claims(), sub: uuidv7(), exp: 4_000_000_000 })}.${signature}`;
};

test('a checked token costs the user service nothing more', async () => {
  await me(ada.token);
  const before = platform.users.asked.length;
  await Promise.all(Array.from({ length: 20 }, () => me(ada.token)));
  expect(platform.users.asked.slice(before).filter((one) => one.includes('jwks'))).toEqual([]);
});

test('a session that ends is refused at every gateway, also at one that starts later', async () => {
  const other = await platform.startGateway();
  const leaver = await platform.users.addUser('leaver');
  expect([(await me(leaver.token)).status, (await me(leaver.token, other)).status]).toEqual([200, 200]);
  await revoke(leaver);
  await untilStatus(401, () => me(leaver.token));
  await untilStatus(401, () => me(leaver.token, other));
  const newcomer = await platform.startGateway();
  await untilStatus(401, () => me(leaver.token, newcomer));
});

test('without Redis a newcomer still learns from the stream which sessions have ended', async () => {
  const leaver = await platform.users.addUser('second-leaver');
  await revoke(leaver);
  const newcomer = await platform.startGateway({ REDIS_URL: 'redis://127.0.0.1:1' });
  await untilStatus(401, () => me(leaver.token, newcomer));
});

test('without the user service a token cannot be checked: 503, not 401; known keys serve on', async () => {
  const users = await startUserService();
  const { token } = await users.addUser('ada');
  const { url } = users;
  const settings = {
    NATS_URL: platform.nats.server.url,
    REDIS_URL: platform.redis.url,
    USER_SERVICE_URL: url,
  };
  const ready = await startGateway(settings);
  const late = await startGateway(settings);
  const unread = '/api/v1/unread';
  expect(slugOf(await ready.call('GET', unread, { token }))).toBe('service-unavailable');
  const other = await users.sign({ sub: uuidv7() as UserId, sid: uuidv7() });
  await users.stop();
  expect((await late.call('GET', '/api/v1/users/me', { token })).status).toBe(503);
  // Nobody answers the question behind it, but the token was taken.
  expect(slugOf(await ready.call('GET', `${unread}?x=1`, { token: other }))).not.toBe('unauthenticated');
  await Promise.all([ready.stop(), late.stop()]);
});
