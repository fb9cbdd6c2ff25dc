import type { ConversationId, UserId } from '@storm/contracts';
import { createStormClient, type StormClient } from '../create-storm-client.ts';
import { ScriptedGateway, tokensOf } from '../scripted-gateway.fixture.ts';
import { createUnsentQueue, type UnsentQueue } from './create-unsent-queue.ts';
import { memoryUnsentStore, type UnsentStore } from './unsent.ts';

const conversationId = 'conversation-a' as ConversationId;
const userId = 'user-a' as UserId;
let gateway: ScriptedGateway;
let storm: StormClient;
let received: { key: string; text: string }[];
let answer: (count: number) => { status: number; body?: unknown };

beforeEach(async () => {
  gateway = await ScriptedGateway.start();
  received = [];
  answer = (count) => ({ status: 201, body: { id: `message-${count}`, seq: count } });
  gateway.answer = ({ url }, body) => {
    if (url?.startsWith('/api/v1/auth/login')) return { status: 200, body: tokensOf('access-1') };
    if (!url?.endsWith('/messages')) return undefined;
    received.push(body as { key: string; text: string });
    return answer(received.length);
  };
  storm = createStormClient({ baseUrl: gateway.url, timeoutMs: 2_000 });
  await storm.login({ username: 'ada', password: 'a password' });
});
afterEach(async () => {
  for (const queue of queues.splice(0)) queue.stop();
  await storm.close();
  await gateway.stop();
});

const queues: UnsentQueue[] = [];
const queueOver = (store: UnsentStore): UnsentQueue => {
  const queue = createUnsentQueue({
    storm,
    store,
    userId,
    onFault: (error) => expect(error).toBeUndefined(),
  });
  queues.push(queue);
  return queue;
};
const until = async (isSo: () => boolean): Promise<void> => {
  for (let tries = 0; !isSo(); tries++) {
    if (tries > 400) throw new Error('not so after 8 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
};

test('messages go out in their order, and stay to be seen until their events come', async () => {
  const store = memoryUnsentStore();
  const queue = queueOver(store);
  for (const text of ['one', 'two', 'three']) await queue.add(conversationId, { text });
  await until(() => queue.pending.value.every(({ state }) => state === 'sent'));
  expect(received.map(({ text }) => text)).toEqual(['one', 'two', 'three']);
  expect(await store.list(userId)).toEqual([]);
  for (const { key } of received) queue.arrived(key);
  expect(queue.pending.value).toEqual([]);
});

test('what a tab left unsent when it ended goes out under the same key from the next one', async () => {
  const store = memoryUnsentStore();
  answer = () => ({ status: 503, body: unavailable });
  const before = queueOver(store);
  await before.add(conversationId, { text: 'typed in a tunnel' });
  await until(() => received.length > 0);
  before.stop();
  answer = () => ({ status: 201, body: { id: 'message-1', seq: 1 } });
  const after = queueOver(store);
  await after.start();
  await until(() => after.pending.value.every(({ state }) => state === 'sent'));
  expect(new Set(received.map(({ key }) => key)).size).toBe(1);
});

test('a refusal keeps the message, lets the next one pass, and it can be tried again', async () => {
  const queue = queueOver(memoryUnsentStore());
  answer = (count) =>
    count === 1 ? { status: 403, body: forbidden } : { status: 201, body: { id: 'm', seq: count } };
  await queue.add(conversationId, { text: 'refused' });
  await queue.add(conversationId, { text: 'let in' });
  await until(() => queue.pending.value.every(({ state }) => state === 'sent' || state === 'failed'));
  expect(queue.pending.value.map(({ state }) => state)).toEqual(['failed', 'sent']);
  const [failed] = queue.pending.value;
  await queue.retry(failed?.key ?? '');
  await until(() => queue.pending.value.every(({ state }) => state === 'sent'));
  expect(received[2]).toEqual({ key: failed?.key, text: 'refused' });
});

test('what is taken back is not sent again', async () => {
  const store = memoryUnsentStore();
  const queue = queueOver(store);
  answer = () => ({ status: 503, body: unavailable });
  await queue.add(conversationId, { text: 'never mind' });
  await until(() => received.length > 0);
  await queue.remove(received[0]?.key ?? '');
  expect([queue.pending.value, await store.list(userId)]).toEqual([[], []]);
});

const unavailable = {
  type: 'urn:storm:problem:service-unavailable',
  title: 'Away',
  status: 503,
  retryable: true,
};
const forbidden = { type: 'urn:storm:problem:forbidden', title: 'No', status: 403, retryable: false };
