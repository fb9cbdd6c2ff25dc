import type { Logger } from '@storm/runtime';
import type { PostgresSettings } from '@storm/runtime/postgres';
import pg from 'pg';
import type { DataSourceOptions } from 'typeorm';
import { OutboxRow } from './outbox-row.ts';
import { PersonRow } from './person-row.ts';
import { SessionRow } from './session-row.ts';
import { SigningKeyRow } from './signing-key-row.ts';

/** The login is the database's owner; every statement runs as `storm_user`, which may do what migrations granted it. */
export const dataSourceOptions = (settings: PostgresSettings, log: Logger) =>
  ({
    type: 'postgres',
    driver: pg,
    host: settings.host,
    port: settings.port,
    username: settings.user,
    password: settings.password,
    database: settings.database,
    schema: 'account',
    applicationName: settings.applicationName ?? 'storm-user',
    entities: [PersonRow, SessionRow, SigningKeyRow, OutboxRow],
    synchronize: false,
    installExtensions: false,
    logging: false,
    poolSize: settings.max ?? 8,
    connectTimeoutMS: 5_000,
    poolErrorHandler: (error: Error) => log.warn({ err: error }, 'an idle database connection broke'),
    extra: {
      idleTimeoutMillis: 30_000,
      keepAlive: true,
      statement_timeout: 15_000,
      query_timeout: 16_000,
      idle_in_transaction_session_timeout: 30_000,
      options: `-c role=${settings.role ?? 'storm_user'}`,
    },
  }) satisfies DataSourceOptions;
