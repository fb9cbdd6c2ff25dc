import { fileURLToPath } from 'node:url';
import { createPublisher } from '@storm/runtime';
import { createPool } from '@storm/runtime/postgres';
import {
  createTestBus,
  createTestDatabase,
  createTestLogger,
  type TestBus,
  type TestDatabase,
} from '@storm/testing';
import type pg from 'pg';
import { createMessageApp, type MessageApp } from './app.ts';
import { openDeadLetters } from './domain/redrive-dead-letters.ts';
import { type Commander, createCommander } from './test-commander.ts';

const log = createTestLogger();
let database: TestDatabase;
let testBus: TestBus;
let pool: pg.Pool;
let app: MessageApp;
let commander: Commander;

beforeAll(async () => {
  [database, testBus] = await Promise.all([
    createTestDatabase({
      migrations: fileURLToPath(new URL('../migrations', import.meta.url)),
      schema: 'message',
      durable: true,
    }),
    createTestBus(),
  ]);
  pool = createPool({ ...database.settings, role: 'storm_message' }, log);
  app = createMessageApp({ bus: await testBus.connect('message'), pool, log, instanceId: 'one' });
  await app.ready;
  commander = await createCommander(await testBus.connect('gateway'));
});

afterAll(async () => {
  for (const step of app.stopSteps) await step.stop();
  await testBus.stop();
  await database.stop();
});

it('stores a message once and answers after the commit', async () => {
  const { conversationId, alice } = await commander.createDirect();
  const reply = await commander.send(conversationId, alice, 'k1', 'hello');
  expect(reply).toMatchObject({ duplicate: false, message: { seq: 1, text: 'hello', senderId: alice } });
});

it('answers a retry with the original', async () => {
  const { conversationId, alice } = await commander.createDirect();
  const first = await commander.send(conversationId, alice, 'k1', 'hello');
  const again = await commander.send(conversationId, alice, 'k1', 'hello');
  expect(again).toEqual({ ...first, duplicate: true });
});

it('refuses the same key with another body', async () => {
  const { conversationId, alice } = await commander.createDirect();
  await commander.send(conversationId, alice, 'k1', 'hello');
  await expect(commander.send(conversationId, alice, 'k1', 'other')).rejects.toMatchObject({
    slug: 'key-reused',
  });
});

it('refuses who is not in the conversation', async () => {
  const { conversationId } = await commander.createDirect();
  const stranger = commander.newUser();
  await expect(commander.send(conversationId, stranger, 'k1', 'hello')).rejects.toMatchObject({
    slug: 'conversation-not-found',
  });
});

it('gives a dense sequence to messages that arrive together, in the order of each sender', async () => {
  const { conversationId, alice, bob } = await commander.createDirect();
  const sends = [];
  for (let index = 0; index < 200; index++) {
    sends.push(commander.send(conversationId, index % 2 ? alice : bob, `k${index}`, `m${index}`));
  }
  const replies = await Promise.all(sends);
  const seqs = replies.map((one) => one.message.seq);
  expect([...seqs].sort((a, b) => a - b)).toEqual(Array.from({ length: 200 }, (_, index) => index + 1));
  for (const parity of [0, 1]) {
    const own = seqs.filter((_, index) => index % 2 === parity);
    expect(own).toEqual([...own].sort((a, b) => a - b));
  }
});

it('stores one message when the same key is sent many times at once', async () => {
  const { conversationId, alice } = await commander.createDirect();
  const replies = await Promise.all(
    Array.from({ length: 50 }, () => commander.send(conversationId, alice, 'same', 'hello')),
  );
  expect(new Set(replies.map((one) => one.message.id)).size).toBe(1);
  expect(replies.filter((one) => !one.duplicate)).toHaveLength(1);
});

it('publishes one event per message under its id', async () => {
  const { conversationId, alice } = await commander.createDirect();
  const heard = commander.nextEvent(`live.conversation.${conversationId}.message-stored.v1`);
  const { message } = await commander.send(conversationId, alice, 'k1', 'hello');
  const event = await heard;
  expect(event.data).toEqual(message);
  expect(event.headers).toMatchObject({ 'ce-id': message.id, 'ce-type': 'message-stored.v1' });
});

it('moves a read watermark forward only and tells the own devices', async () => {
  const { conversationId, alice, bob } = await commander.createDirect();
  for (const key of ['a', 'b', 'c']) await commander.send(conversationId, alice, key, key);
  const heard = commander.nextEvent(`live.user.${bob}.read-marked.v1`);
  expect(await commander.read(conversationId, bob, 2)).toEqual({ seq: 2, unread: 1 });
  expect((await heard).data).toEqual({ conversationId, seq: 2, unread: 1 });
  expect(await commander.read(conversationId, bob, 1)).toEqual({ seq: 2, unread: 1 });
  expect(await commander.read(conversationId, bob, 99)).toEqual({ seq: 3, unread: 0 });
});

it('parks a command that it cannot understand and goes on', async () => {
  const { conversationId, alice } = await commander.createDirect();
  const parked = commander.nextEvent('dead.COMMANDS.message');
  await commander.publishRaw(`command.conversation.${conversationId}.send-message`, '{"not":"a message"}');
  await parked;
  const reply = await commander.send(conversationId, alice, 'k1', 'after');
  expect(reply.message.seq).toBe(1);
});

it('sends a dead letter back to where it came from', async () => {
  const { conversationId, alice } = await commander.createDirect();
  const parked = commander.nextEvent('dead.COMMANDS.message');
  await commander.publishRaw(`command.conversation.${conversationId}.send-message`, '{"not":"a message"}');
  await parked;
  const bus = await testBus.connect('operator');
  const box = await openDeadLetters(await bus.first, createPublisher(bus));
  const letter = (await box.list(10)).find((one) => one.subject.includes(conversationId));
  expect(letter).toMatchObject({ stream: 'COMMANDS', consumer: 'message' });
  expect(await box.redrive(letter?.sequence ?? 0)).toBe(true);
  expect(await box.redrive(letter?.sequence ?? 0)).toBe(false);
  await commander.send(conversationId, alice, 'k1', 'after');
  expect((await box.list(10)).filter((one) => one.subject.includes(conversationId))).toHaveLength(1);
});

it('keeps commands while the database is away and stores them when it is back', async () => {
  const { conversationId, alice } = await commander.createDirect();
  database.server.kill('SIGKILL');
  await database.server.exited;
  const pending = commander.send(conversationId, alice, 'k1', 'patience', 20_000);
  await database.server.restart();
  expect(await pending).toMatchObject({ message: { seq: 1 } });
});
