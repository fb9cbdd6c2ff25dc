import { readdir } from 'node:fs/promises';
import { types } from 'node:util';
import pg from 'pg';
import type { Logger } from './logger.ts';

export interface PostgresSettings {
  host: string;
  port: number;
  user: string;
  password: string;
  database: string;
  /** Connections at most. */
  max?: number;
  /** The role to act as; rights are granted to it, not to the login. */
  role?: string;
  applicationName?: string;
}

/** A pool whose every wait has a limit: 5 s to connect, 15 s a statement, 30 s idle in a transaction. */
export function createPool(settings: PostgresSettings, log: Logger): pg.Pool {
  const { role, max = 4, applicationName = 'storm', ...connection } = settings;
  const pool = new pg.Pool({
    ...connection,
    max,
    application_name: applicationName,
    connectionTimeoutMillis: 5_000,
    idleTimeoutMillis: 30_000,
    keepAlive: true,
    statement_timeout: 15_000,
    query_timeout: 16_000,
    idle_in_transaction_session_timeout: 30_000,
    ...(role === undefined ? {} : { options: `-c role=${role}` }),
  });
  pool.on('error', (error) => log.warn({ err: error }, 'an idle database connection broke'));
  return pool;
}

/** Answers when the database takes statements. */
export async function pingPostgres(pool: pg.Pool): Promise<void> {
  await pool.query('select 1');
}

/**
 * SQLSTATE classes that say "try the same again": connection lost, resources, operator intervention, serialization. And
 * whatever ends the session (a full disk while it begins is `XX000`): that says nothing about the statement.
 */
export function isTransientDatabaseError(error: unknown): boolean {
  // Not instanceof: an error of the network may come from another realm.
  if (!types.isNativeError(error)) return false;
  const code = 'code' in error && typeof error.code === 'string' ? error.code : '';
  if (/^(08|53|57|58|40)/.test(code)) return true;
  if ('severity' in error && (error.severity === 'FATAL' || error.severity === 'PANIC')) return true;
  if (/^(ECONN|EPIPE|ETIMEDOUT|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH)/.test(code)) return true;
  return code === '' && /terminated|timeout|not queryable|Connection ended/i.test(error.message);
}

/**
 * Applies the SQL files of `directory` in the order of their names, each once, recorded in `schema.storm_migration`;
 * runs of several replicas wait for one another. Waits up to `waitMs` for the database to come up.
 */
export async function migrate(options: {
  settings: PostgresSettings;
  directory: string;
  schema: string;
  log: Logger;
  waitMs?: number;
}): Promise<void> {
  const { settings, directory, schema, log, waitMs = 60_000 } = options;
  const { runner } = await import('node-pg-migrate');
  const { role: _role, max: _max, applicationName: _name, ...connection } = settings;
  const deadline = Date.now() + waitMs;
  for (;;) {
    const client = new pg.Client({ ...connection, connectionTimeoutMillis: 5_000 });
    client.on('error', (error) => log.warn({ err: error }, 'migration connection broke'));
    try {
      await client.connect();
      const done = await runner({
        dbClient: client,
        dir: directory,
        direction: 'up',
        migrationsTable: 'storm_migration',
        migrationsSchema: schema,
        createMigrationsSchema: true,
        schema,
        createSchema: true,
        advisoryLockMode: 'wait',
        log: (message) => log.debug(message),
      });
      log.info(
        { applied: done.map((one) => one.name), files: (await readdir(directory)).length },
        'migrated',
      );
      return;
    } catch (error) {
      if (!isTransientDatabaseError(error) || Date.now() > deadline) throw error;
      log.info(
        { reason: error instanceof Error ? error.message : String(error) },
        'waiting for the database',
      );
      await new Promise((resolve) => setTimeout(resolve, 500));
    } finally {
      await client.end();
    }
  }
}
