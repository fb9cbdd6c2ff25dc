import { fileURLToPath } from 'node:url';
import type { UserId } from '@storm/contracts';
import { createPool } from '@storm/runtime/postgres';
import { createTestDatabase, createTestLogger, type TestDatabase } from '@storm/testing';
import type pg from 'pg';
import { newMessage, newUser } from '../../test/fixtures.ts';
import { createInboxStore, maxItems } from './inbox-store.pg.ts';
import type { Delivery } from './inbox-store.ts';

let database: TestDatabase;
let pool: pg.Pool;
let store: ReturnType<typeof createInboxStore>;

beforeAll(async () => {
  const migrations = fileURLToPath(new URL('../../migrations', import.meta.url));
  database = await createTestDatabase({ migrations, schema: 'notification' });
  pool = createPool({ ...database.settings, role: 'storm_notification', max: 8 }, createTestLogger());
  store = createInboxStore(pool);
});
afterAll(async () => {
  await pool?.end();
  await database?.stop();
});

const deliveries = (count: number, memberIds: readonly UserId[], senderId = newUser()): Delivery[] =>
  Array.from({ length: count }, () => ({ message: newMessage({ senderId }), preview: 'Hello', memberIds }));

/** What must be true of every inbox, whatever happened to it. */
const findBrokenInboxes = async (): Promise<unknown[]> => {
  const { rows } = await pool.query(
    `select b.user_id from notification.inbox b
     left join (select user_id, count(*) as items, min(place) as first, max(place) as last
                from notification.item group by 1) i on i.user_id = b.user_id
     where b.last_place is distinct from coalesce(i.last, 0)
        or i.items is distinct from i.last - i.first + 1
        or i.items <> least(b.last_place, $1)`,
    [maxItems],
  );
  return rows;
};

test('every member but the sender gets one item a message', async () => {
  const [anna, bert, cleo] = [newUser(), newUser(), newUser()];
  const [first, second] = deliveries(2, [anna, bert, cleo], anna);
  const delivered = await store.deliver([first, second].filter((one) => one !== undefined));
  expect(delivered.map((to) => to.userId).sort()).toEqual([bert, cleo].sort());
  expect(delivered[0]).toMatchObject({ unread: 2, revision: 1, place: 2, index: 1 });
  expect((await store.list(bert, 10)).items).toEqual([
    expect.objectContaining({ place: 2, messageId: second?.message.id, createdAt: second?.message.storedAt }),
    expect.objectContaining({ place: 1, messageId: first?.message.id, senderId: anna }),
  ]);
  expect(await store.list(anna, 10)).toEqual({ unread: 0, revision: 0, items: [] });
});

test('a batch that comes again changes nothing and tells the same', async () => {
  const batch = deliveries(3, [newUser(), newUser()]);
  const first = await store.deliver(batch);
  const again = await store.deliver(batch);
  const byUser = (a: { userId: string }, b: { userId: string }) => a.userId.localeCompare(b.userId);
  expect(again.sort(byUser)).toEqual(first.sort(byUser));
});

test('a late message among known ones is the newest of its batch', async () => {
  const reader = newUser();
  const [late, known] = deliveries(2, [reader]);
  if (late === undefined || known === undefined) throw new Error('two were made');
  await store.deliver([known]);
  expect(await store.deliver([late, known])).toMatchObject([{ unread: 2, revision: 2, place: 2, index: 0 }]);
});

test('the oldest items are trimmed, what is unread stays exact, and a trimmed message does not come back', async () => {
  const reader = newUser();
  const batches = Array.from({ length: 7 }, () => deliveries(100, [reader]));
  for (const batch of batches) await store.deliver(batch);
  await store.deliver(batches[0] ?? []);
  const { unread, items } = await store.list(reader, 1_000);
  expect(unread).toBe(700);
  expect(items.map((item) => item.place)).toEqual(Array.from({ length: maxItems }, (_, at) => 700 - at));
  expect(await store.deliver(batches[0] ?? [])).toEqual([]);
  expect(await store.markRead(reader, 650)).toEqual({ unread: 50, revision: 8 });
});

test('the read mark moves forward only and not past the end', async () => {
  const reader = newUser();
  await store.deliver(deliveries(5, [reader]));
  expect(await store.markRead(reader, 3)).toEqual({ unread: 2, revision: 2 });
  expect(await store.markRead(reader, 1)).toEqual({ unread: 2, revision: 2 });
  expect(await store.markRead(reader, 99)).toEqual({ unread: 0, revision: 3 });
  await store.deliver(deliveries(1, [reader]));
  expect(await store.list(reader, 1)).toMatchObject({ unread: 1, revision: 4 });
  expect(await store.markRead(reader)).toEqual({ unread: 0, revision: 5 });
  expect(await store.markRead(newUser())).toBeNull();
});

test('a page begins below a place', async () => {
  const reader = newUser();
  await store.deliver(deliveries(5, [reader]));
  expect((await store.list(reader, 2, 4)).items.map((item) => item.place)).toEqual([3, 2]);
  expect(await store.list(reader, 2, 1)).toMatchObject({ unread: 5, items: [] });
});

test('batches that meet on the same users, some twice, leave no hole and no double', async () => {
  const users = Array.from({ length: 30 }, newUser);
  const some = (at: number) => users.filter((_, index) => (index * 7 + at) % 3 !== 0);
  const batches = Array.from({ length: 40 }, (_, at) => deliveries(5, some(at).reverse()));
  await Promise.all([...batches, ...batches].map((batch) => store.deliver(batch)));
  for (const user of users) {
    const expected = batches.filter((batch) => batch[0]?.memberIds.includes(user)).length * 5;
    const { unread, items } = await store.list(user, 500);
    expect(unread).toBe(expected);
    expect(new Set(items.map((item) => item.messageId)).size).toBe(expected);
  }
});

test('the service may do with its own rows what it must and nothing else', async () => {
  await expect(pool.query('delete from notification.inbox')).rejects.toMatchObject({ code: '42501' });
  await expect(pool.query('update notification.item set place = place + 1')).rejects.toMatchObject({
    code: '42501',
  });
  await expect(pool.query('create table notification.more (n int)')).rejects.toMatchObject({ code: '42501' });
  await expect(pool.query('select from notification.storm_migration')).rejects.toMatchObject({
    code: '42501',
  });
});

afterEach(async () => {
  expect(await findBrokenInboxes()).toEqual([]);
});
