import { createRemoteJWKSet, decodeProtectedHeader, type JSONWebKeySet, jwtVerify } from 'jose';
import { type Platform, type Replica, startPlatform } from '../../test/start-platform.ts';

const secret = 'a secret of at least thirty-two characters';
let platform: Platform;
let replicas: Replica[];

beforeAll(async () => {
  platform = await startPlatform();
  replicas = await Promise.all([1, 2, 3].map(() => platform.startReplica({ tokenKeySecret: secret })));
});
afterAll(() => platform.stop());

test('replicas that start together publish one and the same key, without its private half', async () => {
  const sets = await Promise.all(
    replicas.map((replica) => replica.call<JSONWebKeySet>('GET', '/.well-known/jwks.json')),
  );
  const [first] = sets;
  expect(first?.body.keys).toEqual([
    { kty: 'OKP', crv: 'Ed25519', alg: 'EdDSA', use: 'sig', kid: expect.any(String), x: expect.any(String) },
  ]);
  for (const { body } of sets) expect(body).toEqual(first?.body);
});

test('a token of one replica is valid for the others and for whoever knows the published keys', async () => {
  const [one, two] = replicas;
  if (one === undefined || two === undefined) throw new Error('three were started');
  const { accessToken, user, sessionId } = await one.register('ada');
  expect((await two.call('GET', '/users/me', { token: accessToken })).status).toBe(200);
  const keys = createRemoteJWKSet(new URL('/.well-known/jwks.json', two.url));
  const { payload } = await jwtVerify(accessToken, keys, { issuer: 'storm', audience: 'storm' });
  expect(payload).toMatchObject({ sub: user.id, sid: sessionId });
  expect((payload.exp ?? 0) - (payload.iat ?? 0)).toBe(900);
});

test('the private key lies in the database encrypted', async () => {
  const [row] = await platform.query<{ sealed_private_jwk: string }>('select * from account.signing_key');
  expect(row?.sealed_private_jwk.split('.')).toHaveLength(5);
});

test('a replica with another secret says that it is not ready, and signs nothing', async () => {
  const stranger = await platform.startReplica({ tokenKeySecret: secret.toUpperCase(), waits: false });
  await expect(stranger.ready).rejects.toThrow('another TOKEN_KEY_SECRET');
  const { status, body } = await stranger.call<{ dependencies: object }>('GET', '/');
  expect(status).toBe(503);
  expect(body.dependencies).toMatchObject({ postgres: { status: 'up' }, 'signing-keys': { status: 'down' } });
});

test('a due key is followed by the next, which is published before it signs', async () => {
  await platform.query(`update account.signing_key set signs_from = signs_from - interval '31 days'`);
  const fresh = await platform.startReplica({ tokenKeySecret: secret });
  const { body } = await fresh.call<JSONWebKeySet>('GET', '/.well-known/jwks.json');
  expect(body.keys).toHaveLength(2);
  const { accessToken } = await fresh.register('bob');
  expect(decodeProtectedHeader(accessToken).kid).toBe(body.keys[0]?.kid);
});
