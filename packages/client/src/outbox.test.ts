import type { ConversationId, Message } from '@storm/contracts';
import { createStormClient, type StormClient } from './create-storm-client.ts';
import { ScriptedGateway, type ScriptedSocket, tokensOf } from './scripted-gateway.fixture.ts';

const conversationId = 'conversation-a' as ConversationId;
const id = 'message-1' as Message['id'];

let gateway: ScriptedGateway;
let storm: StormClient;
beforeEach(async () => {
  gateway = await ScriptedGateway.start();
  gateway.answer = ({ url }) =>
    url?.startsWith('/api/v1/auth/') ? { status: 200, body: tokensOf('access-1') } : undefined;
  storm = createStormClient({ baseUrl: gateway.url, timeoutMs: 1_000 });
  await storm.login({ username: 'ada', password: 'a password' });
});
afterEach(async () => {
  await storm.close();
  await gateway.stop();
});

const connected = async (): Promise<ScriptedSocket> => {
  const realtime = storm.connect({ startFrom: 'now' });
  const socket = await gateway.socket();
  await socket.admit('e.0');
  await realtime.ready;
  return socket;
};
const storedEvent = (key: string, text: string, seq = 1) =>
  ({
    type: 'event',
    event: 'message-stored.v1',
    cursor: `e.${seq}`,
    data: { id, conversationId, seq, senderId: storm.user?.id, key, text, attachments: [], storedAt: '' },
  }) as const;

test('a send over the socket resolves with its place', async () => {
  const socket = await connected();
  const sending = storm.send(conversationId, { text: 'hello' });
  const { key, text } = await socket.next('send');
  socket.send({ type: 'sent', key, status: 'stored', id, seq: 1, duplicate: false });
  expect(await sending).toEqual({ conversationId, id, seq: 1, key, text, duplicate: false });
});

test('a socket that is cut leads to the same key again, over whichever way is open', async () => {
  const socket = await connected();
  const keys: string[] = [];
  const login = gateway.answer;
  gateway.answer = (request, body) => {
    if (!request.url?.endsWith('/messages')) return login(request, body);
    keys.push((body as { key: string }).key);
    return { status: 200, body: { id, seq: 1 } };
  };
  const sending = storm.send(conversationId, { text: 'hello' });
  const first = await socket.next('send');
  storm.realtime?.pause();
  expect(await sending).toMatchObject({ key: first.key, seq: 1, duplicate: true });
  expect(keys).toEqual([first.key]);
});

test('an accepted message resolves when its event arrives', async () => {
  const socket = await connected();
  const sending = storm.send(conversationId, { text: 'later' });
  const { key } = await socket.next('send');
  socket.send({ type: 'sent', key, status: 'accepted' });
  socket.send(storedEvent(key, 'later', 7));
  expect(await sending).toMatchObject({ seq: 7 });
});

test('a refusal that will not change is thrown at once with its code', async () => {
  const socket = await connected();
  const sending = storm.send(conversationId, { text: 'hello', key: 'k' });
  const { key } = await socket.next('send');
  const problem = {
    type: 'urn:storm:problem:key-reused',
    title: 'Key reused',
    status: 409,
    retryable: false,
  };
  socket.send({ type: 'error', key, problem });
  await expect(sending).rejects.toMatchObject({ code: 'key-reused', status: 409 });
});

test('a retryable refusal is tried again after the time it asks for', async () => {
  const socket = await connected();
  const sending = storm.send(conversationId, { text: 'hello', key: 'k' });
  const { key } = await socket.next('send');
  const problem = { type: 'busy', title: 'Busy', status: 503, retryable: true, retryAfterMs: 300 };
  const refusedAtMs = Date.now();
  socket.send({ type: 'error', key, problem });
  expect((await socket.next('send')).key).toBe('k');
  expect(Date.now() - refusedAtMs).toBeGreaterThanOrEqual(299);
  socket.send({ type: 'sent', key, status: 'stored', id, seq: 1 });
  await sending;
});

test('sending ends with the last problem when time is up', async () => {
  await gateway.stop();
  const sending = storm.send(conversationId, { text: 'hello' }, { withinMs: 500 });
  await expect(sending).rejects.toMatchObject({ code: 'network-unreachable', retryable: true });
});

test('two sends under one key go one after the other', async () => {
  const socket = await connected();
  const first = storm.send(conversationId, { text: 'one', key: 'k' });
  const second = storm.send(conversationId, { text: 'one', key: 'k' });
  await socket.next('send');
  socket.send({ type: 'sent', key: 'k', status: 'stored', id, seq: 1, duplicate: false });
  await first;
  await socket.next('send');
  socket.send({ type: 'sent', key: 'k', status: 'stored', id, seq: 1, duplicate: true });
  expect(await second).toMatchObject({ seq: 1, duplicate: true });
});

test('sends in order wait for each other, others do not', async () => {
  const socket = await connected();
  const first = storm.send(conversationId, { text: 'one', key: '1' }, { inOrder: true });
  const second = storm.send(conversationId, { text: 'two', key: '2' }, { inOrder: true });
  const third = storm.send(conversationId, { text: 'three', key: '3' });
  const keys = [(await socket.next('send')).key, (await socket.next('send')).key];
  expect(keys).toEqual(expect.arrayContaining(['1', '3']));
  for (const key of keys) socket.send({ type: 'sent', key, status: 'stored', id, seq: 1 });
  await Promise.all([first, third]);
  const { key } = await socket.next('send');
  socket.send({ type: 'sent', key, status: 'stored', id, seq: 2 });
  expect(await second).toMatchObject({ key: '2', seq: 2 });
});

test('an aborted send rejects with the reason given', async () => {
  await connected();
  const stop = new AbortController();
  const sending = storm.send(conversationId, { text: 'hello' }, { signal: stop.signal });
  stop.abort(new Error('changed my mind'));
  await expect(sending).rejects.toThrow('changed my mind');
});
