import { fileURLToPath } from 'node:url';
import {
  type ConversationId,
  listEarlierTexts,
  listMessages,
  type Message,
  type UserId,
} from '@storm/contracts';
import { type Problem, request } from '@storm/runtime';
import { createPool } from '@storm/runtime/postgres';
import {
  createTestBus,
  createTestDatabase,
  createTestLogger,
  type TestBus,
  type TestDatabase,
} from '@storm/testing';
import pg from 'pg';
import type { Static } from 'typebox';
import { createMessageApp } from './app.ts';
import { type Commander, createCommander } from './test-commander.ts';

export interface TestMessageService {
  readonly database: TestDatabase;
  readonly testBus: TestBus;
  readonly commander: Commander;
  /** Looks into the database as its owner. */
  read<Row extends unknown[]>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  /** A group in which the member has said `hello`. */
  groupWithMessage(): ReturnType<Commander['createGroup']>;
  /** The newest messages as the user may see them. */
  page(conversationId: ConversationId, userId: UserId): Promise<readonly Message[]>;
  earlierTexts(
    conversationId: ConversationId,
    userId: UserId,
    seq?: number,
  ): Promise<Static<(typeof listEarlierTexts)['answer']>>;
  stop(): Promise<void>;
}

/** `done`, or what the call was refused with. */
export const slugOf = (call: Promise<unknown>): Promise<string> =>
  call.then(
    () => 'done',
    (problem: Problem) => problem.slug,
  );

/** The service on a Postgres and a NATS of its own. */
export async function startMessageService(): Promise<TestMessageService> {
  const log = createTestLogger();
  const [database, testBus] = await Promise.all([
    createTestDatabase({
      migrations: fileURLToPath(new URL('../migrations', import.meta.url)),
      schema: 'message',
    }),
    createTestBus(),
  ]);
  const pool = createPool({ ...database.settings, role: 'storm_message' }, log);
  const app = createMessageApp({ bus: await testBus.connect('message'), pool, log, instanceId: 'one' });
  await app.ready;
  const commander = await createCommander(await testBus.connect('gateway'));
  const { host, port, user, password, database: name } = database.settings;
  const owner = new pg.Client({ host, port, user, password, database: name });
  await owner.connect();
  return {
    database,
    testBus,
    commander,
    async read<Row extends unknown[]>(text: string, values: readonly unknown[] = []) {
      const { rows } = await owner.query<Row>({ text, values: [...values], rowMode: 'array' });
      return rows;
    },
    async groupWithMessage() {
      const group = await commander.createGroup();
      await commander.send(group.conversationId, group.member, 'k1', 'hello');
      return group;
    },
    page: async (conversationId, userId) =>
      (await request(await testBus.connect('reader'), listMessages, { userId, conversationId })).messages,
    earlierTexts: async (conversationId, userId, seq = 1) =>
      request(await testBus.connect('reader'), listEarlierTexts, { userId, conversationId, seq }),
    async stop() {
      await owner.end();
      for (const step of app.stopSteps) await step.stop();
      await testBus.stop();
      await database.stop();
    },
  };
}
