import pg from 'pg';
import type { Part, PartOptions, RunningPart } from '../part.ts';
import { findPostgresBinaries } from '../postgres/find-binaries.ts';
import { initialiseCluster } from '../postgres/initialise-cluster.ts';
import { reachableDir } from '../postgres/reachable-dir.ts';
import { serverUser, userOf } from '../postgres/server-user.ts';
import { startPart } from '../start-part.ts';

export interface PostgresOptions {
  /** Made if they are not there yet. */
  databases?: string[];
  /** False skips all syncs to disk: fast, and lost with a crash of the machine. Default true. */
  durable?: boolean;
  /** Further server settings, as for `-c`. */
  settings?: Record<string, string | number>;
}

export interface PostgresFacts {
  user: string;
  password: string;
  /** The database that is always there; `url` names it. */
  database: string;
  /** Makes the database if it is not there, and returns its url. */
  createDatabase(name: string): Promise<string>;
}

export type RunningPostgres = RunningPart<PostgresFacts>;

const USER = 'storm';
const PASSWORD = 'storm';
const DATABASE = 'postgres';
const UNSAFE_BUT_FAST = { fsync: 'off', synchronous_commit: 'off', full_page_writes: 'off' };

export const postgres: Part<PostgresOptions, PostgresFacts> = {
  name: 'postgres',
  fixedPort: 30_543,
  extraPorts: {},
  obtain: () => findPostgresBinaries(),
  settleDir: (dir) => reachableDir(dir, serverUser()),
  prepare: ({ binary, dir, isTemporary }) =>
    initialiseCluster({
      postgres: binary.path,
      version: binary.version,
      dir,
      user: USER,
      password: PASSWORD,
      isTemporary,
    }),
  command: ({ dir, port, options }) => {
    const settings = {
      listen_addresses: '127.0.0.1',
      unix_socket_directories: '',
      max_connections: 200,
      logging_collector: 'off',
      ...(options.durable === false ? UNSAFE_BUT_FAST : {}),
      ...options.settings,
    };
    const flags = Object.entries(settings).flatMap(([name, value]) => ['-c', `${name}=${value}`]);
    return {
      args: ['-D', dir, '-p', String(port), ...flags],
      env: { LC_ALL: 'C', LANG: 'C' },
      ...userOf(dir),
    };
  },
  async isReady({ port, options }) {
    await query(port, 'SELECT 1');
    for (const name of options.databases ?? []) await createDatabase(port, name);
    return true;
  },
  // Fast shutdown: SIGTERM would wait for every client to leave.
  stopSignal: 'SIGINT',
  // After SIGKILL its children need a moment to see that the main process is gone.
  isTransientFailure: (log) => /shared memory block|lock file "postmaster.pid" already exists/.test(log),
  facts: ({ port }) => ({
    url: databaseUrl(port, DATABASE),
    user: USER,
    password: PASSWORD,
    database: DATABASE,
    createDatabase: (name) => createDatabase(port, name),
  }),
};

/** A Postgres 15 server on 127.0.0.1. */
export function startPostgres(options: PostgresOptions & PartOptions = {}): Promise<RunningPostgres> {
  return startPart(postgres, options);
}

function databaseUrl(port: number, name: string): string {
  return `postgres://${USER}:${PASSWORD}@127.0.0.1:${port}/${name}`;
}

async function createDatabase(port: number, name: string): Promise<string> {
  const known = await query(port, 'SELECT 1 FROM pg_database WHERE datname = $1', [name]);
  if (known.rowCount === 0) await query(port, `CREATE DATABASE ${pg.escapeIdentifier(name)}`);
  return databaseUrl(port, name);
}

async function query(port: number, text: string, values: unknown[] = []): Promise<pg.QueryResult> {
  const client = new pg.Client({
    connectionString: databaseUrl(port, DATABASE),
    connectionTimeoutMillis: 5_000,
  });
  // A connection that breaks also fails the call that uses it, where it is dealt with.
  client.on('error', () => undefined);
  try {
    await client.connect();
    return await client.query(text, values);
  } finally {
    await client.end().catch(() => undefined);
  }
}
