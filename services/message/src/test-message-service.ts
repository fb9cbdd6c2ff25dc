import { fileURLToPath } from 'node:url';
import { createPool } from '@storm/runtime';
import {
  createTestBus,
  createTestDatabase,
  createTestLogger,
  type TestBus,
  type TestDatabase,
} from '@storm/testing';
import pg from 'pg';
import { createMessageApp } from './app.ts';
import { type Commander, createCommander } from './test-commander.ts';

export interface TestMessageService {
  readonly database: TestDatabase;
  readonly testBus: TestBus;
  readonly commander: Commander;
  /** Looks into the database as its owner. */
  read<Row extends unknown[]>(sql: string, values?: readonly unknown[]): Promise<Row[]>;
  stop(): Promise<void>;
}

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
    async stop() {
      await owner.end();
      for (const step of app.stopSteps) await step.stop();
      await testBus.stop();
      await database.stop();
    },
  };
}
