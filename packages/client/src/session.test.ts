import type { Tokens } from '@storm/contracts';
import { memoryStore } from './key-value-store.ts';
import { createSession } from './session.ts';
import { settledLater } from './settled-later.ts';
import { clientProblem, StormProblem } from './storm-problem.ts';

const tokens = (name: string, accessExpiresInSeconds = 900): Tokens => ({
  accessToken: `access ${name}`,
  refreshToken: `refresh ${name}`,
  accessExpiresInSeconds,
  sessionId: 's' as Tokens['sessionId'],
  user: {
    id: 'u' as Tokens['user']['id'],
    username: 'ada',
    displayName: 'Ada',
    createdAt: '2026-01-01T00:00:00Z',
  },
});
const refusal = new StormProblem({
  type: 'urn:storm:problem:token-reused',
  title: '',
  status: 401,
  retryable: false,
});

test('a token that still holds is given without asking', async () => {
  const session = createSession(memoryStore(), () => Promise.reject(new Error('not asked')));
  await session.accept(tokens('1'));
  expect(await session.accessToken()).toBe('access 1');
});

test('many callers share one refresh', async () => {
  const answer = settledLater<Tokens>();
  const asked: string[] = [];
  const session = createSession(memoryStore(), (refreshToken) => {
    asked.push(refreshToken);
    return answer.promise;
  });
  await session.accept(tokens('1'));
  const given = Promise.all(Array.from({ length: 20 }, () => session.renewed('access 1')));
  answer.resolve(tokens('2'));
  expect(new Set(await given)).toEqual(new Set(['access 2']));
  expect(await session.renewed('access 1')).toBe('access 2');
  expect(asked).toEqual(['refresh 1']);
});

test('a token near its end is changed before it is used', async () => {
  const session = createSession(memoryStore(), async () => tokens('2'));
  await session.accept(tokens('1', 0));
  expect(await session.accessToken()).toBe('access 2');
});

test('a refused refresh signs out and says so', async () => {
  const store = memoryStore();
  const session = createSession(store, () => Promise.reject(refusal));
  const reasons: unknown[] = [];
  session.onChange((_, reason) => reasons.push(reason));
  await session.accept(tokens('1', 0));
  await expect(session.accessToken()).rejects.toMatchObject({ code: 'not-signed-in' });
  expect(reasons).toEqual([undefined, 'expired']);
  expect(await store.get('session')).toBeNull();
});

test('an unreachable platform does not sign out', async () => {
  const session = createSession(memoryStore(), () => Promise.reject(clientProblem('network-unreachable')));
  await session.accept(tokens('1', 0));
  await expect(session.accessToken()).rejects.toMatchObject({ code: 'network-unreachable' });
  expect(session.current?.refreshToken).toBe('refresh 1');
});

test('two clients over one store use a refresh token once', async () => {
  const store = memoryStore();
  const asked: string[] = [];
  const refresh = async (refreshToken: string) => {
    asked.push(refreshToken);
    return tokens('2');
  };
  const first = createSession(store, refresh);
  await first.accept(tokens('1'));
  const second = createSession(store, refresh);
  await second.load();
  expect(await first.renewed('access 1')).toBe('access 2');
  expect(await second.renewed('access 1')).toBe('access 2');
  expect(asked).toEqual(['refresh 1']);
});
