import type { User } from '@storm/contracts';
import { uuidv7 } from 'uuidv7';
import { type Platform, startPlatform, type TestGateway } from '../../test/start-gateway.ts';
import type { SignedIn } from '../../test/start-user-service.ts';

let platform: Platform;
let gateway: TestGateway;
let ada: SignedIn;

beforeAll(async () => {
  platform = await startPlatform();
  gateway = await platform.startGateway();
  ada = await platform.users.addUser('ada');
});
afterAll(() => platform.stop());

const profile = (id: string, at = gateway) =>
  at.call<User>('GET', `/api/v1/users/${id}`, { token: ada.token });
const profiles = (ids: string[]) =>
  gateway.call<{ users: User[] }>('GET', `/api/v1/users?ids=${ids.join(',')}`, { token: ada.token });
const questionsDuring = async (task: () => Promise<unknown>): Promise<string[]> => {
  const before = platform.users.asked.length;
  await task();
  return platform.users.asked.slice(before).filter((one) => one.includes('/users'));
};

test('a profile is asked for once, and known to every gateway for a while', async () => {
  const other = await platform.startGateway();
  const { userId } = await platform.users.addUser('bob');
  const asked = await questionsDuring(async () => {
    expect((await profile(userId)).body).toMatchObject({ id: userId, username: 'bob' });
    await Promise.all([profile(userId), profile(userId, other), profiles([userId])]);
  });
  expect(asked).toHaveLength(1);
});

test('many who want one profile at the same moment share a question', async () => {
  const { userId } = await platform.users.addUser('popular');
  const asked = await questionsDuring(() => Promise.all(Array.from({ length: 20 }, () => profile(userId))));
  expect(asked).toHaveLength(1);
});

test('several profiles come in one answer, without those who do not exist', async () => {
  const [one, two] = [await platform.users.addUser('one'), await platform.users.addUser('two')];
  const { body } = await profiles([one.userId, uuidv7(), two.userId]);
  expect(body.users.map(({ username }) => username).sort()).toEqual(['one', 'two']);
  expect((await profile(uuidv7())).status).toBe(404);
});

test('with Redis frozen, then killed, profiles are asked for each time, without much waiting', async () => {
  const { userId } = await platform.users.addUser('still-there');
  platform.redis.kill('SIGSTOP');
  // The first who meet the silence wait for it to be noticed; nobody after them does.
  await profile(userId);
  const askedAt = performance.now();
  const asked = await questionsDuring(async () => {
    for (let n = 0; n < 5; n++) expect((await profile(userId)).status).toBe(200);
  });
  expect(asked).toHaveLength(5);
  expect(performance.now() - askedAt).toBeLessThan(800);
  platform.redis.kill('SIGKILL');
  await platform.redis.exited;
  expect((await profile(userId)).status).toBe(200);
  await platform.redis.restart();
  const until = Date.now() + 5_000;
  let questions = ['?'];
  while (questions.length > 0 && Date.now() < until) questions = await questionsDuring(() => profile(userId));
  expect(questions).toEqual([]);
});
