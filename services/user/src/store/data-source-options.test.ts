import { createTestLogger } from '@storm/testing';
import { DataSource } from 'typeorm';
import { type Platform, startPlatform } from '../../test/start-platform.ts';
import { dataSourceOptions } from './data-source-options.ts';

let platform: Platform;
let dataSource: DataSource;

beforeAll(async () => {
  platform = await startPlatform();
  dataSource = new DataSource(dataSourceOptions(platform.database.settings, createTestLogger()));
  await dataSource.initialize();
});
afterAll(async () => {
  await dataSource.destroy();
  await platform.stop();
});

test('the entities describe the migrated tables exactly', async () => {
  const { upQueries } = await dataSource.driver.createSchemaBuilder().log();
  expect(upQueries.map(({ query }) => query)).toEqual([]);
});

test('the service acts with the least rights, not as the owner who logs in', async () => {
  expect(await dataSource.query('select current_user as role')).toEqual([{ role: 'storm_user' }]);
});

test.each([
  'delete from account.person',
  'update account.person set password_hash = username',
  'update account.outbox set data = null',
  'update account.signing_key set signs_from = now()',
  'truncate account.session',
  'create table account.mine (id int)',
  'create table public.mine (id int)',
  'drop table account.outbox',
  'select * from account.storm_migration',
])('it may not %s', async (statement) => {
  await expect(dataSource.query(statement)).rejects.toThrow(/permission denied|must be owner/);
});
