import { randomUUID } from 'node:crypto';
import type { Tokens, User } from '@storm/contracts';
import { generateKeyPair, SignJWT, UnsecuredJWT } from 'jose';
import { type Platform, type Replica, startPlatform } from '../../test/start-platform.ts';

let platform: Platform;
let user: Replica;
let ada: Tokens;
let bob: Tokens;

beforeAll(async () => {
  platform = await startPlatform();
  user = await platform.startReplica();
  ada = await user.register('ada');
  bob = await user.register('bob');
});
afterAll(() => platform.stop());

const get = <T = { type: string }>(path: string, token: string = ada.accessToken) =>
  user.call<T>('GET', path, { token });
const find = async (query: string) => (await get<{ users: User[] }>(`/users?${query}`)).body.users;

test('me is who the token says', async () => {
  expect((await get<User>('/users/me', bob.accessToken)).body).toEqual(bob.user);
});

test('anyone signed in sees the profile of another, and not their password', async () => {
  const { status, body } = await get<User>(`/users/${bob.user.id}`);
  expect([status, body]).toEqual([200, bob.user]);
});

test('a user who does not exist is a problem, an id that is none another', async () => {
  expect(await get(`/users/${randomUUID()}`)).toMatchObject({
    status: 404,
    body: { type: 'urn:storm:problem:user-not-found' },
  });
  expect((await get('/users/bob')).status).toBe(400);
});

test('users are found by exact name, by ids, or both', async () => {
  expect(await find('username=bob')).toEqual([bob.user]);
  expect(await find('username=bobb')).toEqual([]);
  const ids = [bob.user.id, ada.user.id, randomUUID(), ada.user.id].join(',');
  expect(await find(`ids=${ids}`)).toEqual([ada.user, bob.user]);
  expect(await find(`username=bob&ids=${ada.user.id}`)).toEqual([ada.user, bob.user]);
});

test('a hundred ids are looked up, one more is not', async () => {
  const ids = Array.from({ length: 101 }, () => randomUUID());
  expect(await find(`ids=${ids.slice(0, 100).join(',')}`)).toEqual([]);
  expect((await get(`/users?ids=${ids.join(',')}`)).status).toBe(400);
});

test.each([
  '',
  'name=bob',
  'username=bob&all=true',
  'username=BOB',
  'username=bob&username=ada',
  'ids=',
  "ids=1',2",
])('a search for "%s" is refused', async (query) => {
  expect(await get(`/users?${query}`)).toMatchObject({
    status: 400,
    body: { type: 'urn:storm:problem:invalid-request' },
  });
});

test('a token that is missing, foreign, expired or unsigned opens nothing', async () => {
  const { privateKey } = await generateKeyPair('EdDSA', { crv: 'Ed25519' });
  const claims = { sid: ada.sessionId, sub: ada.user.id, iss: 'storm', aud: 'storm' };
  const [header = ''] = ada.accessToken.split('.');
  const { kid } = JSON.parse(Buffer.from(header, 'base64url').toString()) as { kid: string };
  const sign = (id: string) =>
    new SignJWT(claims)
      .setProtectedHeader({ alg: 'EdDSA', kid: id })
      .setExpirationTime('5m')
      .sign(privateKey);
  const tokens = [
    '',
    'nonsense',
    ada.accessToken.slice(0, -4),
    await sign(kid),
    await sign('unknown'),
    new UnsecuredJWT(claims).setExpirationTime('5m').encode(),
  ];
  for (const token of tokens) {
    const { status, headers, body } = await get('/users/me', token);
    expect([status, body.type]).toEqual([401, 'urn:storm:problem:unauthenticated']);
    expect(headers.get('www-authenticate')).toBe('Bearer');
  }
});
