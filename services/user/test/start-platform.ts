import { fileURLToPath } from 'node:url';
import { jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
import { eventStream } from '@storm/contracts';
import { type Bus, createBus, ensureStream, stopAll } from '@storm/runtime';
import {
  createTestBus,
  createTestDatabase,
  createTestLogger,
  type TestBus,
  type TestDatabase,
} from '@storm/testing';
import pg from 'pg';
import { createUserApp } from '../src/app.ts';
import { createClient, type UserClient } from './create-client.ts';

export interface Replica extends UserClient {
  readonly bus: Bus;
  readonly ready: Promise<void>;
  stop(): Promise<string[]>;
}

export interface ReplicaOptions {
  readonly tokenKeySecret?: string;
  readonly lostAnswerGraceMs?: number;
  /** False gives it as it starts, its database not yet connected. */
  readonly waits?: boolean;
}

export interface Platform {
  readonly database: TestDatabase;
  readonly nats: TestBus;
  /** Looks into the database, or changes it, past the service. */
  query<R extends pg.QueryResultRow>(text: string, values?: unknown[]): Promise<R[]>;
  startReplica(options?: ReplicaOptions): Promise<Replica>;
  stop(): Promise<void>;
}

/** A database and a bus of the test file's own, and as many replicas of the service as it wants. Durable for tests that kill the database. */
export async function startPlatform({ durable = false } = {}): Promise<Platform> {
  const migrations = fileURLToPath(new URL('../migrations', import.meta.url));
  const [database, nats] = await Promise.all([
    createTestDatabase({ migrations, schema: 'account', durable }),
    createTestBus(),
  ]);
  const replicas: Replica[] = [];
  const pool = new pg.Pool({ ...database.settings, max: 2 });
  // The tests end the server now and then.
  pool.on('error', () => undefined);
  return {
    query: async (text, values) => (await pool.query(text, values)).rows,
    database,
    nats,
    async startReplica({ waits = true, ...settings } = {}) {
      const log = createTestLogger();
      const bus = createBus({ url: nats.server.url, name: 'user', inboxPrefix: '_INBOX_user' }, log);
      const app = await createUserApp({ ...settings, database: database.settings, port: 0, bus, log });
      if (waits) await app.ready;
      let stopped: Promise<string[]> | undefined;
      const replica: Replica = {
        ...createClient(`http://127.0.0.1:${app.port}`),
        bus,
        ready: app.ready,
        stop: () => (stopped ??= stopAll(app.stopSteps, log)),
      };
      replicas.push(replica);
      return replica;
    },
    async stop() {
      for (const replica of replicas) await replica.stop();
      await pool.end();
      await nats.stop();
      await database.stop();
    },
  };
}

/** What the message service does in the deployment. */
export async function createEventStream(nats: TestBus): Promise<void> {
  const bus = await nats.connect('streams');
  const { owner: _owner, ...config } = eventStream;
  await ensureStream(await jetstreamManager(bus.connection), config as unknown as StreamConfig);
}
