import { type UserId, userRegistered } from '@storm/contracts';
import { createTestLogger } from '@storm/testing';
import { DataSource } from 'typeorm';
import { type Platform, startPlatform } from '../../test/start-platform.ts';
import { createEvent, type OutboxEvent } from '../domain/outbox-event.ts';
import { dataSourceOptions } from './data-source-options.ts';
import { OutboxRow, toOutboxRow } from './outbox-row.ts';
import { OutboxTypeormStore } from './outbox-store.typeorm.ts';

let platform: Platform;
let dataSources: DataSource[];
let one: OutboxTypeormStore;
let two: OutboxTypeormStore;

beforeAll(async () => {
  platform = await startPlatform();
  const options = dataSourceOptions(platform.database.settings, createTestLogger());
  dataSources = await Promise.all([1, 2].map(() => new DataSource(options).initialize()));
  [one, two] = dataSources.map((source) => new OutboxTypeormStore(source)) as [typeof one, typeof two];
});
beforeEach(async () => {
  await dataSources[0]?.manager.deleteAll(OutboxRow);
});
afterAll(async () => {
  for (const source of dataSources) await source.destroy();
  await platform.stop();
});

const userId = '0190a000-0000-7000-8000-000000000001' as UserId;
async function putEvents(count: number): Promise<string[]> {
  const user = { id: userId, username: 'ada', displayName: 'Ada', createdAt: new Date().toISOString() };
  const events = Array.from({ length: count }, () => createEvent(userRegistered, userId, user));
  for (const event of events) await dataSources[0]?.manager.insert(OutboxRow, toOutboxRow(event));
  return events.map(({ id }) => id);
}

test('while one replica publishes, the other leaves it alone', async () => {
  const ids = await putEvents(3);
  const seen: string[] = [];
  const outcome = await one.relay(10, async ({ id }) => {
    seen.push(id);
    expect(await two.relay(10, () => Promise.reject(new Error('both')))).toBe('busy');
  });
  expect([outcome, seen]).toEqual([{ sent: 3 }, ids]);
  expect(await two.relay(10, () => Promise.reject(new Error('again')))).toEqual({ sent: 0 });
});

test('a fault ends the batch: what was published is gone, the rest stays in its order', async () => {
  const ids = await putEvents(4);
  const fault = new Error('no stream');
  const outcome = await one.relay(10, ({ id }) =>
    id === ids[2] ? Promise.reject(fault) : Promise.resolve(),
  );
  expect(outcome).toEqual({ sent: 2, fault });
  const rest: string[] = [];
  await two.relay(10, async ({ id }: OutboxEvent) => void rest.push(id));
  expect(rest).toEqual(ids.slice(2));
});

test('a batch is no larger than asked for, oldest first', async () => {
  const ids = await putEvents(5);
  const seen: string[] = [];
  expect(await one.relay(2, async ({ id }) => void seen.push(id))).toEqual({ sent: 2 });
  expect(seen).toEqual(ids.slice(0, 2));
});
