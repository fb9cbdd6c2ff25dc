import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { repositoryRoot } from './repository-root.ts';

/** What takes something away that the version before still uses: it would fail while both run, and after a rollback. */
const takesAway =
  /\bdrop\s+(table|column|schema|type|view)\b|\brename\b|\balter\s+(column\s+)?\w+\s+(set\s+data\s+)?type\b|\bset\s+not\s+null\b|\badd\s+column\s+(?!.*\bdefault\b)[^;,]*\bnot\s+null\b/i;

const services = ['user', 'message', 'notification'];
const migrations = (
  await Promise.all(
    services.map(async (service) => {
      const folder = join('services', service, 'migrations');
      const files = (await readdir(join(repositoryRoot, folder)))
        .filter((file) => file.endsWith('.sql'))
        .sort();
      return files.map((file, index) => ({ path: join(folder, file), isFirst: index === 0 }));
    }),
  )
).flat();

const readUp = async (path: string): Promise<string> => {
  const text = await readFile(join(repositoryRoot, path), 'utf8');
  return text.replace(/--\s*Down Migration[\s\S]*/i, '').replace(/--.*$/gm, '');
};

test('each service with a database has migrations', () => {
  expect(migrations.filter(({ isFirst }) => isFirst)).toHaveLength(services.length);
});

test('no migration takes away what the version before uses', async () => {
  for (const { path, isFirst } of migrations) {
    if (!isFirst) expect({ path, takesAway: takesAway.exec(await readUp(path))?.[0] }).toEqual({ path });
  }
});

test.each([
  'alter table message.message drop column text',
  'alter table message.message rename to post',
  'alter table message.message add column kind text not null',
  'alter table message.message alter column seq type integer',
])('%s would be found', (statement) => {
  expect(statement).toMatch(takesAway);
});

test.each([
  "alter table message.message add column kind text not null default 'text'",
  'create index concurrently message_at on message.message (at)',
])('%s is fine', (statement) => {
  expect(statement).not.toMatch(takesAway);
});
