import { fileURLToPath } from 'node:url';
import { createPool } from '@storm/runtime/postgres';
import { createTestDatabase, createTestLogger, type TestDatabase } from '@storm/testing';
import type pg from 'pg';
import { encodeOptionalTexts, encodeTexts } from './encode-array.ts';

let database: TestDatabase;
let pool: pg.Pool;

beforeAll(async () => {
  database = await createTestDatabase({
    migrations: fileURLToPath(new URL('../../migrations', import.meta.url)),
    schema: 'message',
  });
  pool = createPool(database.settings, createTestLogger());
});

afterAll(async () => {
  await pool?.end();
  await database?.stop();
});

const readBack = async (encoded: string): Promise<unknown> =>
  (await pool.query('select $1::text[] as list', [encoded])).rows[0].list;

test('Postgres reads back whatever a text holds', async () => {
  const texts = [
    '',
    ' ',
    'NULL',
    'a,b',
    '{x}',
    '"quoted"',
    'back\\slash\\\\',
    "it's",
    'line\nbreak\t',
    'é€😀',
    '\\"',
  ];
  expect(await readBack(encodeTexts(texts))).toEqual(texts);
});

test('an array may be empty', async () => {
  expect(await readBack(encodeTexts([]))).toEqual([]);
  expect(await readBack(encodeOptionalTexts([]))).toEqual([]);
});

test('what is missing is null, and the word is not', async () => {
  const texts = ['[{"name":"a \\"b\\""}]', null, 'NULL'];
  expect(await readBack(encodeOptionalTexts(texts))).toEqual(texts);
});
