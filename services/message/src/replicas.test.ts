import { fileURLToPath } from 'node:url';
import { partitionCount } from '@storm/contracts';
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
import { partitionShare } from './consumers/partition-share.ts';
import { type Commander, createCommander } from './test-commander.ts';

const log = createTestLogger();
let database: TestDatabase;
let testBus: TestBus;
let commander: Commander;
let first: Replica;
let second: Replica;

interface Replica {
  app: MessageApp;
  pool: pg.Pool;
}

async function startReplica(name: string): Promise<Replica> {
  const pool = createPool({ ...database.settings, role: 'storm_message' }, log);
  const app = createMessageApp({ bus: await testBus.connect(name), pool, log, instanceId: name });
  await app.ready;
  return { app, pool };
}

async function until(condition: () => boolean): Promise<void> {
  const deadline = Date.now() + 10_000;
  while (!condition()) {
    if (Date.now() > deadline) throw new Error('not reached in 10 s');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

beforeAll(async () => {
  [database, testBus] = await Promise.all([
    createTestDatabase({
      migrations: fileURLToPath(new URL('../migrations', import.meta.url)),
      schema: 'message',
    }),
    createTestBus(),
  ]);
  first = await startReplica('first');
  commander = await createCommander(await testBus.connect('gateway'));
});

afterAll(async () => {
  for (const step of second.app.stopSteps) await step.stop();
  await testBus.stop();
  await database.stop();
});

it('gives every partition to exactly one of the replicas that are alive', () => {
  const names = ['a', 'b', 'c'];
  const shares = names.flatMap((self) => [...partitionShare(self, names)]);
  expect(shares.sort((a, b) => a - b)).toEqual(Array.from({ length: partitionCount }, (_, index) => index));
});

it('shares the partitions with a replica that comes', async () => {
  await until(() => first.app.holding?.held.size === partitionCount);
  second = await startReplica('second');
  await until(() => second.app.holding?.held.size === partitionCount / 2);
  expect(first.app.holding?.held.size).toBe(partitionCount / 2);
});

it('loses, repeats and reorders nothing when a replica leaves in the middle of a stream of sends', async () => {
  const conversations = await Promise.all(Array.from({ length: 16 }, () => commander.createDirect()));
  const sending = conversations.map(async ({ conversationId, alice }) => {
    const seqs = [];
    for (let index = 0; index < 40; index++) {
      seqs.push((await commander.send(conversationId, alice, `k${index}`, 'x', 15_000)).message.seq);
    }
    return seqs;
  });
  for (const step of first.app.stopSteps) await step.stop();
  const expected = Array.from({ length: 40 }, (_, index) => index + 1);
  for (const seqs of await Promise.all(sending)) expect(seqs).toEqual(expected);
  await until(() => second.app.holding?.held.size === partitionCount);
});
