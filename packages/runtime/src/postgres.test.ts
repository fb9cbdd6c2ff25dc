import { type RunningPostgres, startPostgres } from '@storm/devstack';
import pg from 'pg';
import { isTransientDatabaseError } from './postgres.ts';

let postgres: RunningPostgres;
beforeAll(async () => {
  postgres = await startPostgres({ durable: false, databases: ['one_db'] });
});
afterAll(() => postgres.stop());

/** What goes wrong with the statement, or with the session that is opened for it. */
async function failureOf(statement: string, database = 'one_db'): Promise<unknown> {
  const { host, port, user, password } = postgres;
  const client = new pg.Client({ host, port, user, password, database });
  client.on('error', () => undefined);
  try {
    await client.connect();
    await client.query(statement);
  } catch (error) {
    return error;
  } finally {
    await client.end();
  }
  throw new Error(`nothing went wrong with ${statement}`);
}

test.each([
  ['a session that cannot be opened', 'select 1', 'nowhere_db', '3D000'],
  ['a session that the server ends', 'select pg_terminate_backend(pg_backend_pid())', 'one_db', '57P01'],
  ['a server out of room', `do $$ begin raise 'full' using errcode = '53100'; end $$`, 'one_db', '53100'],
])(
  '%s says nothing about the statement: it is worth another try',
  async (_what, statement, database, code) => {
    const error = await failureOf(statement, database);
    expect(error).toMatchObject({ code });
    expect(isTransientDatabaseError(error)).toBe(true);
  },
);

test.each([
  ['a value that cannot be', 'select 1 / 0'],
  ['an internal fault of one statement', `do $$ begin raise 'broken' using errcode = 'XX000'; end $$`],
])('%s fails again and again', async (_what, statement) => {
  expect(isTransientDatabaseError(await failureOf(statement))).toBe(false);
});
