import { type ConversationId, closeCodes, type Message, type ServerFrame } from '@storm/contracts';
import { createStormClient, type StormClient } from './create-storm-client.ts';
import { memoryStore } from './key-value-store.ts';
import type { Resync } from './position.ts';
import { ScriptedGateway, tokensOf } from './scripted-gateway.fixture.ts';

const conversationId = 'conversation-a' as ConversationId;
const message = (seq: number): Message => ({
  id: `message ${seq}` as Message['id'],
  conversationId,
  seq,
  senderId: 'somebody else' as Message['senderId'],
  key: `key ${seq}`,
  text: `text ${seq}`,
  attachments: [],
  storedAt: '2026-01-01T00:00:00Z',
});
const event = (seq: number): ServerFrame => ({
  type: 'event',
  event: 'message-stored.v1',
  cursor: `e.${seq}`,
  data: message(seq),
});
const list = (lastSeq: number, cursor: string) => ({
  status: 200,
  body: { conversations: [{ id: conversationId, lastSeq }], cursor },
});

let gateway: ScriptedGateway;
let storm: StormClient;
beforeEach(async () => {
  gateway = await ScriptedGateway.start();
  gateway.answer = ({ url }) => {
    if (url?.startsWith('/api/v1/auth/login')) return { status: 200, body: tokensOf('access-1') };
    if (url?.startsWith('/api/v1/auth/refresh')) return { status: 200, body: tokensOf('access-2') };
    return undefined;
  };
  storm = createStormClient({ baseUrl: gateway.url, timeoutMs: 2_000 });
  await storm.login({ username: 'ada', password: 'a password' });
});
afterEach(async () => {
  await storm.close();
  await gateway.stop();
});

const answerAlso = (path: string, reply: (url: URL) => { status: number; body?: unknown }): void => {
  const before = gateway.answer;
  gateway.answer = (request, body) => {
    const url = new URL(request.url ?? '/', gateway.url);
    return url.pathname === `/api/v1${path}` ? reply(url) : before(request, body);
  };
};
/** Resolves with the sequences seen once there are so many. */
const seen = (count: number): Promise<number[]> => {
  const seqs: number[] = [];
  return new Promise((resolve) => {
    storm.on('message-stored.v1', ({ seq }) => {
      if (seqs.push(seq) === count) resolve(seqs);
    });
  });
};

test('without a cursor the state comes first and the events continue it', async () => {
  answerAlso('/conversations', () => list(4, 'e.4'));
  const resyncs: Resync[] = [];
  storm.onResync((resync) => resyncs.push(resync));
  const both = seen(2);
  storm.connect();
  const socket = await gateway.socket();
  expect((await socket.admit('-')).cursor).toBe('e.4');
  socket.send(event(3), event(4), event(5), event(6));
  expect(await both).toEqual([5, 6]);
  expect(resyncs).toMatchObject([{ reason: 'start', conversations: [{ lastSeq: 4 }] }]);
});

test('a cut socket comes back with the cursor of the last event', async () => {
  const two = seen(2);
  const three = seen(3);
  storm.connect({ startFrom: 'now' });
  const first = await gateway.socket();
  expect((await first.admit('e.0')).cursor).toBeUndefined();
  first.send(event(1), event(2));
  await two;
  first.cut();
  const second = await gateway.socket();
  expect((await second.admit('-')).cursor).toBe('e.2');
  second.send(event(2), event(3));
  expect(await three).toEqual([1, 2, 3]);
}, 10_000);

test('an event that was lost on the way is taken from history, in its place', async () => {
  answerAlso(`/conversations/${conversationId}/messages`, ({ searchParams }) => {
    const after = Number(searchParams.get('after'));
    return { status: 200, body: { messages: [message(after + 1)], lastSeq: 3, readSeq: 0, cursor: 'e.3' } };
  });
  const three = seen(3);
  storm.connect({ startFrom: 'now' });
  const socket = await gateway.socket();
  await socket.admit('e.0');
  socket.send(event(1), event(3));
  expect(await three).toEqual([1, 2, 3]);
  expect(storm.cursor).toBe('e.3');
});

test('resync brings fresh lists before the events that came meanwhile', async () => {
  answerAlso('/conversations', () => list(7, 'e.7'));
  const order: string[] = [];
  storm.onResync(({ reason }) => order.push(reason));
  storm.on('message-stored.v1', ({ seq }) => order.push(String(seq)));
  const first = seen(1);
  storm.connect({ startFrom: 'now' });
  const socket = await gateway.socket();
  await socket.admit('e.0');
  socket.send({ type: 'resync', reason: 'too-old', cursor: 'e.5' }, event(7), event(8));
  await first;
  expect(order).toEqual(['too-old', '8']);
});

test('silence ends the socket and another is opened', async () => {
  storm.connect({ startFrom: 'now' });
  const first = await gateway.socket();
  await first.admit('e.0', 100);
  const second = await gateway.socket();
  expect((await second.admit('-')).cursor).toBe('e.0');
  expect(first.isClosed).toBe(true);
});

test('a refused token is changed for a new one', async () => {
  storm.connect({ startFrom: 'now' });
  const first = await gateway.socket();
  expect((await first.next('hello')).token).toBe('access-1');
  first.close(closeCodes.unauthenticated.code);
  const second = await gateway.socket();
  expect((await second.admit('e.0')).token).toBe('access-2');
});

test('a socket that stays is given the new token before the old one ends', async () => {
  answerAlso('/auth/login', () => ({ status: 200, body: tokensOf('short', 2) }));
  await storm.login({ username: 'ada', password: 'a password' });
  storm.connect({ startFrom: 'now' });
  const socket = await gateway.socket();
  await socket.admit('e.0');
  expect((await socket.next('renew')).token).toBe('access-2');
});

test('a revoked session signs out and stays away', async () => {
  const reason = new Promise((resolve) => storm.onSignedOut(resolve));
  const realtime = storm.connect({ startFrom: 'now' });
  const socket = await gateway.socket();
  await socket.admit('e.0');
  socket.close(closeCodes.revoked.code);
  expect(await reason).toBe('revoked');
  expect(storm.user).toBeUndefined();
  await realtime.close();
  expect(realtime.state).toBe('ended');
});

test('pause drops the socket, resume comes back with the cursor', async () => {
  const realtime = storm.connect({ startFrom: 'now' });
  const first = await gateway.socket();
  await first.admit('e.9');
  await realtime.ready;
  realtime.pause();
  expect(realtime.state).toBe('paused');
  realtime.resume();
  expect((await (await gateway.socket()).admit('-')).cursor).toBe('e.9');
});

test('a restart goes on from the cursor in the store', async () => {
  const store = memoryStore();
  const connect = () => createStormClient({ baseUrl: gateway.url, store });
  const before = connect();
  await before.login({ username: 'ada', password: 'a password' });
  before.connect({ startFrom: 'now' });
  await (await gateway.socket()).admit('e.3');
  await before.realtime?.ready;
  await before.close();
  const after = connect();
  await after.restore();
  after.connect();
  expect((await (await gateway.socket()).admit('-')).cursor).toBe('e.3');
  await after.close();
});

test('who signs in next on the same store begins with their own state', async () => {
  answerAlso('/conversations', () => list(4, 'e.4'));
  storm.connect({ startFrom: 'now' });
  const first = await gateway.socket();
  await first.admit('e.1');
  const seenOne = seen(1);
  first.send(event(1));
  await seenOne;
  await storm.login({ username: 'bob', password: 'a password' });
  expect(storm.realtime?.state).toBe('ended');
  const resync = new Promise<Resync>((resolve) => storm.onResync(resolve));
  storm.connect();
  expect((await (await gateway.socket()).admit('-')).cursor).toBe('e.4');
  expect((await resync).reason).toBe('start');
});
