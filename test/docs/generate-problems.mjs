import { writeFile } from 'node:fs/promises';
import { fileURLToPath } from 'node:url';
import { runtimeProblemTable } from '@storm/runtime';

/** Writes docs/problems.md from the tables of the built services; `--print` only shows it. */
const services = ['gateway', 'user', 'message', 'media', 'notification'];

const head = `# Problems

Generated from the problem tables of the services by \`npm run generate\`.

Whatever Storm refuses, it refuses with a problem: over HTTP as \`application/problem+json\`
([RFC 9457](https://www.rfc-editor.org/rfc/rfc9457)), over the socket as an \`error\` frame, between services with the header
\`Storm-Problem\`. \`type\` is \`urn:storm:problem:<slug>\` and never changes; decide by it, not by the words.

- **again**: the same request can succeed later (\`retryable\`). \`retryAfterMs\`, where it is given, says when.
- A send that ended in a retryable problem, or in none because the connection broke, may be sent again with the same key: it is
  stored once.
- \`detail\` says more about this one case, \`errors\` names each fault of a request that has not the required shape.

| slug | status | meaning | again | told by |
| --- | --- | --- | --- | --- |
`;

async function readTable(service) {
  const module = await import(new URL(`../../services/${service}/dist/problems.js`, import.meta.url).href);
  const tables = Object.entries(module).filter(([name]) => /problemTable$/i.test(name));
  if (tables.length !== 1)
    throw new Error(`services/${service}/src/problems.ts exports ${tables.length} tables`);
  return rowsOf(service, tables[0][1]);
}

const rowsOf = (teller, table) => Object.entries(table).map(([slug, kind]) => ({ slug, teller, ...kind }));

/** The same slug told by several must mean the same to a program; its words may differ. */
function join(rows) {
  const bySlug = new Map();
  for (const { slug, teller, status, title, retryable } of rows) {
    const known = bySlug.get(slug) ?? { slug, status, retryable, titles: [], tellers: [] };
    if (known.status !== status || known.retryable !== retryable) {
      throw new Error(`${slug} is told with two meanings, by ${known.tellers.join(', ')} and by ${teller}`);
    }
    if (!known.titles.includes(title)) known.titles.push(title);
    known.tellers.push(teller);
    bySlug.set(slug, known);
  }
  return [...bySlug.values()].sort((one, other) => (one.slug < other.slug ? -1 : 1));
}

const renderRow = ({ slug, status, titles, retryable, tellers }) =>
  `| \`${slug}\` | ${status} | ${titles.join('; ')} | ${retryable ? 'yes' : 'no'} | ${tellers.join(', ')} |\n`;

const tables = await Promise.all(services.map(readTable));
const rows = join([...rowsOf('every service', runtimeProblemTable), ...tables.flat()]);
const text = head + rows.map(renderRow).join('');

if (process.argv.includes('--print')) process.stdout.write(text);
else {
  await writeFile(fileURLToPath(new URL('../../docs/problems.md', import.meta.url)), text);
  console.log('docs/problems.md');
}
