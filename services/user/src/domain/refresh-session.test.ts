import type { Tokens } from '@storm/contracts';
import { type Platform, type Replica, startPlatform } from '../../test/start-platform.ts';

let platform: Platform;
let one: Replica;
let two: Replica;

beforeAll(async () => {
  platform = await startPlatform();
  [one, two] = await Promise.all([platform.startReplica(), platform.startReplica()]);
});
afterAll(() => platform.stop());

const typeOf = async (answer: Promise<{ status: number; body: { type?: string } }>) => {
  const { status, body } = await answer;
  return status === 200 ? 'ok' : body.type?.replace('urn:storm:problem:', '');
};
const refused = (token: string, replica = one) => typeOf(replica.refresh<{ type?: string }>(token));
const isLive = async (token: string) => (await one.call('GET', '/users/me', { token })).status === 200;
/** Lets time pass for one session. */
const age = ({ sessionId }: Tokens, interval: string) =>
  platform.query(
    `update account.session set rotated_at = rotated_at - $2::interval, expires_at = expires_at - $2::interval
     where id = $1`,
    [sessionId, interval],
  );

test('each refresh gives a new token of the same session, on whichever replica', async () => {
  const first = await one.register('walker');
  const seen = new Set([first.refreshToken]);
  let { refreshToken } = first;
  for (const replica of [one, two, one, two]) {
    const { body } = await replica.refresh(refreshToken);
    expect(body).toMatchObject({ sessionId: first.sessionId, user: first.user });
    ({ refreshToken } = body);
    seen.add(refreshToken);
  }
  expect(seen.size).toBe(5);
});

test('a thousand refreshes of one token at once, over two replicas, have one successor, and it works', async () => {
  // A thousand sockets of one process can take longer than ten seconds on a busy machine.
  const patient = { lostAnswerGraceMs: 120_000 };
  const replicas = [await platform.startReplica(patient), await platform.startReplica(patient)] as const;
  const { refreshToken } = await one.register('crowd');
  const answers = await Promise.all(
    Array.from({ length: 1_000 }, (_, index) => replicas[index % 2 === 0 ? 0 : 1].refresh(refreshToken)),
  );
  expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([200]));
  const successors = new Set(answers.map(({ body }) => body.refreshToken));
  expect(successors.size).toBe(1);
  for (const successor of successors) expect(await refused(successor)).toBe('ok');
}, 120_000);

test('two who take turns with tokens of one family both keep going, one by one', async () => {
  const first = await one.register('pair');
  let token = first.refreshToken;
  for (let round = 0; round < 20; round++) {
    const [a, b] = await Promise.all([one.refresh(token), two.refresh(token)]);
    expect([a.status, b.status, a.body.refreshToken]).toEqual([200, 200, b.body.refreshToken]);
    token = a.body.refreshToken;
  }
});

test('whoever lost the answer gets it again within ten seconds', async () => {
  const first = await one.register('tunnel');
  const lost = await one.refresh(first.refreshToken);
  await age(first, '9 seconds');
  const again = await two.refresh(first.refreshToken);
  expect(again.body.refreshToken).toBe(lost.body.refreshToken);
  expect(await refused(again.body.refreshToken)).toBe('ok');
});

test('a used token that comes back later ends the session for thief and owner alike', async () => {
  const first = await one.register('victim');
  const thief = await one.refresh(first.refreshToken);
  await age(first, '11 seconds');
  expect(await refused(first.refreshToken, two)).toBe('refresh-reused');
  expect(await refused(thief.body.refreshToken)).toBe('session-revoked');
  expect(await refused(first.refreshToken)).toBe('session-revoked');
  expect(await isLive(thief.body.accessToken)).toBe(false);
});

test('a token whose successor was used is a theft at once', async () => {
  const first = await one.register('twostep');
  const second = await one.refresh(first.refreshToken);
  const third = await two.refresh(second.body.refreshToken);
  expect(await refused(first.refreshToken)).toBe('refresh-reused');
  expect(await refused(third.body.refreshToken)).toBe('session-revoked');
});

test('a theft ends one session and none of the others', async () => {
  const first = await one.register('owner');
  const json = { username: 'owner', password: 'correct horse battery' };
  const other = await one.call<Tokens>('POST', '/auth/login', { json });
  await one.refresh(first.refreshToken);
  await age(first, '11 seconds');
  expect(await refused(first.refreshToken)).toBe('refresh-reused');
  expect(await refused(other.body.refreshToken)).toBe('ok');
});

test('knowing the id of a session does not help to end it', async () => {
  const first = await one.register('target');
  const bytes = Buffer.from(first.refreshToken.slice(5), 'base64url').fill(7, 16);
  expect(await refused(`str1_${bytes.toString('base64url')}`)).toBe('refresh-invalid');
  expect(await refused(first.refreshToken)).toBe('ok');
});

test('a token that nobody used for thirty days is void', async () => {
  const first = await one.register('sleeper');
  await age(first, '30 days');
  expect(await refused(first.refreshToken)).toBe('refresh-invalid');
});

test('what is no token of ours is refused as such', async () => {
  expect(await refused('x'.repeat(40))).toBe('refresh-invalid');
  expect(await refused('short')).toBe('invalid-request');
});

test('the database holds no token in a form that could be used', async () => {
  const { refreshToken } = await one.register('secretive');
  const secret = Buffer.from(refreshToken.slice(5), 'base64url').subarray(16, 48);
  const [row] = await platform.query<{ text: string }>(
    `select string_agg(s::text, ' ') as text from account.session s`,
  );
  expect(row?.text).not.toContain(secret.toString('hex'));
  expect(row?.text).not.toContain(refreshToken);
});

test('sessions that are long over are forgotten at the next sign-in', async () => {
  const first = await one.register('returner');
  await age(first, '31 days');
  const json = { username: 'returner', password: 'correct horse battery' };
  await one.call('POST', '/auth/login', { json });
  const rows = await platform.query('select id from account.session where person_id = $1', [first.user.id]);
  expect(rows).toHaveLength(1);
});
