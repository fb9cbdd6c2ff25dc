import { type RunningPostgres, startPostgres } from '@storm/devstack';
import { migrate, type PostgresSettings } from '@storm/runtime/postgres';
import { createTestLogger } from './create-test-logger.ts';

export interface TestDatabase {
  settings: PostgresSettings;
  /** To end it, stop it or start it again in the middle of a test. */
  server: RunningPostgres;
  stop(): Promise<void>;
}

/** A Postgres of its own with the schema applied: a test file shares rows with nobody. */
export async function createTestDatabase(options: {
  migrations: string;
  schema: string;
  /** True for tests that kill the server: what was committed must still be there. */
  durable?: boolean;
}): Promise<TestDatabase> {
  const server = await startPostgres({ durable: options.durable ?? false });
  const { host, port, user, password } = server;
  const settings: PostgresSettings = { host, port, user, password, database: 'postgres' };
  await migrate({ settings, directory: options.migrations, schema: options.schema, log: createTestLogger() });
  return { settings, server, stop: () => server.stop() };
}
