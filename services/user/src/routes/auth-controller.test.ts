import { type SignedInDevice, Tokens } from '@storm/contracts';
import { createValidator, type ProblemBody } from '@storm/runtime';
import { password } from '../../test/create-client.ts';
import { type Platform, type Replica, startPlatform } from '../../test/start-platform.ts';

let platform: Platform;
let user: Replica;

beforeAll(async () => {
  platform = await startPlatform();
  user = await platform.startReplica();
});
afterAll(() => platform.stop());

const post = <T = ProblemBody>(path: string, json: unknown) => user.call<T>('POST', path, { json });
const slugOf = (body: ProblemBody) => body.type.replace('urn:storm:problem:', '');

test('registering answers 201 with tokens of the contract, which nobody may cache', async () => {
  const json = { username: 'ada', displayName: 'Ada Lovelace', password };
  const { status, headers, body } = await post<Tokens>('/auth/register', json);
  expect(status).toBe(201);
  expect(createValidator(Tokens)(body).user).toMatchObject({ username: 'ada', displayName: 'Ada Lovelace' });
  expect(headers.get('cache-control')).toBe('no-store');
});

test('of twenty who register one name at once, one gets it', async () => {
  const json = { username: 'wanted', displayName: 'W', password };
  const answers = await Promise.all(Array.from({ length: 20 }, () => post('/auth/register', json)));
  expect(answers.filter(({ status }) => status === 201)).toHaveLength(1);
  const refused = answers.filter(({ status }) => status === 409);
  expect(refused).toHaveLength(19);
  expect(new Set(refused.map(({ body }) => slugOf(body)))).toEqual(new Set(['username-taken']));
});

const good = { username: 'someone', displayName: 'Some One', password };
test.each<[string, unknown, string]>([
  ['nothing', undefined, '/'],
  ['null', null, '/'],
  ['a list', [good], '/'],
  ['no password', { username: 'someone', displayName: 'x' }, '/'],
  ['a key that is not known', { ...good, isAdmin: true }, '/'],
  ['a number as name', { ...good, username: 5 }, '/username'],
  ['a name in capitals', { ...good, username: 'Someone' }, '/username'],
  ['a short password', { ...good, password: 'short' }, '/password'],
  ['a blank display name', { ...good, displayName: '   ' }, '/displayName'],
])('registering with %s is refused with the place of the fault', async (_, json, path) => {
  const { status, headers, body } = await post('/auth/register', json);
  expect([status, slugOf(body)]).toEqual([400, 'invalid-request']);
  expect(headers.get('content-type')).toMatch(/^application\/problem\+json/);
  expect(body.errors?.map((error) => error.path)).toContain(path);
});

test('text that the database cannot hold is refused, not an error', async () => {
  const answers = [
    await post('/auth/register', { ...good, displayName: 'a\u0000b' }),
    await post('/auth/login', { username: 'a\u0000b', password }),
  ];
  for (const { status, body } of answers) expect([status, slugOf(body)]).toEqual([400, 'invalid-request']);
});

test.each<[string, string, string | undefined, number, string]>([
  ['malformed JSON', '{"username":', undefined, 400, 'invalid-request'],
  ['a prototype in JSON', '{"__proto__":{"x":1}}', undefined, 400, 'invalid-request'],
  ['more than 64 KiB', JSON.stringify({ username: 'x'.repeat(70_000) }), undefined, 413, 'payload-too-large'],
  ['a form', 'username=ada', 'application/x-www-form-urlencoded', 415, 'unsupported-media-type'],
  ['plain text', 'ada', 'text/plain', 415, 'unsupported-media-type'],
])('a body of %s is refused with a problem', async (_, raw, type, expectedStatus, slug) => {
  const { status, body } = await user.call('POST', '/auth/login', { raw, ...(type ? { type } : {}) });
  expect([status, slugOf(body)]).toEqual([expectedStatus, slug]);
});

test.each([
  ['GET', '/nowhere', 404, 'not-found'],
  ['GET', '/auth/login', 404, 'not-found'],
  ['GET', '/users/%ff', 400, 'invalid-request'],
])('%s %s is a problem too', async (method, path, expectedStatus, slug) => {
  const { status, body } = await user.call(method, path);
  expect([status, slugOf(body)]).toEqual([expectedStatus, slug]);
});

test('devices are listed by the names of their programs, whichever way one signed in', async () => {
  const userAgent = 'Mozilla/5.0 (X11; Linux x86_64; rv:130.0) Gecko/20100101 Firefox/130.0';
  const json = { username: 'hedy', displayName: 'Hedy', password };
  await user.call('POST', '/auth/register', { json, userAgent });
  await user.call('POST', '/auth/login', { json: { username: 'hedy', password }, userAgent });
  const { body: last } = await user.call<Tokens>('POST', '/auth/login', {
    json: { username: 'hedy', password },
    userAgent: "'); drop table account.session; --",
  });
  const { body } = await user.call<{ sessions: SignedInDevice[] }>('GET', '/sessions', {
    token: last.accessToken,
  });
  const firefox = { browser: 'Firefox', system: 'Linux', isCurrent: false };
  expect(body.sessions).toMatchObject([{ browser: null, system: null, isCurrent: true }, firefox, firefox]);
});

test('signing in starts a session of its own, whatever the case of the name', async () => {
  const first = await user.register('grace');
  const { status, body } = await post<Tokens>('/auth/login', { username: 'GRACE', password });
  expect(status).toBe(200);
  expect(body.user).toEqual(first.user);
  expect(body.sessionId).not.toBe(first.sessionId);
});

test('a wrong password and an unknown name get the very same answer', async () => {
  await user.register('known');
  const wrong = await post('/auth/login', { username: 'known', password: 'not the password' });
  const unknown = await post('/auth/login', { username: 'nobody', password: 'not the password' });
  expect([wrong.status, slugOf(wrong.body)]).toEqual([401, 'invalid-credentials']);
  expect([unknown.status, unknown.body]).toEqual([wrong.status, wrong.body]);
});

test('after signing out the session is over for every route that asks for it', async () => {
  const { accessToken: token, refreshToken } = await user.register('leaver');
  expect((await user.call('POST', '/auth/logout', { token, raw: '' })).status).toBe(204);
  const refusals = [
    await user.call('POST', '/auth/logout', { token }),
    await user.call('GET', '/users/me', { token }),
    await user.refresh<ProblemBody>(refreshToken),
  ];
  for (const { status, body } of refusals) {
    expect([status, slugOf(body)]).toEqual([401, 'session-revoked']);
  }
});

test('signing out ends one session and leaves the others', async () => {
  await user.register('twice');
  const [one, other] = await Promise.all(
    [1, 2].map(() => post<Tokens>('/auth/login', { username: 'twice', password })),
  );
  await user.call('POST', '/auth/logout', { token: one?.body.accessToken ?? '' });
  const me = await user.call('GET', '/users/me', { token: other?.body.accessToken ?? '' });
  expect(me.status).toBe(200);
});
