import { execFile } from 'node:child_process';
import { readFile } from 'node:fs/promises';
import { promisify } from 'node:util';
import { deadLetterHeaders, runtimeProblemTable } from '@storm/runtime';

const generator = new URL('generate-problems.mjs', import.meta.url).pathname;
const committed = () => readFile(new URL('../../docs/problems.md', import.meta.url), 'utf8');

test('docs/problems.md is what the problem tables say (else run: npm run generate)', async () => {
  const { stdout } = await promisify(execFile)(process.execPath, [generator, '--print']);
  expect(await committed()).toBe(stdout);
});

test.each(Object.keys(runtimeProblemTable))(
  'docs/problems.md lists %s, which any service can tell',
  async (slug) => {
    expect(await committed()).toContain(`\n| \`${slug}\` |`);
  },
);

test('docs/asyncapi.yaml names the headers of a dead letter as they are written', async () => {
  const document = await readFile(new URL('../../docs/asyncapi.yaml', import.meta.url), 'utf8');
  for (const header of Object.values(deadLetterHeaders)) expect(document).toContain(`${header}:`);
});
