import { writeFile } from 'node:fs/promises';
import { renderAsyncapi } from './asyncapi/render-asyncapi.ts';
import { renderNatsUsers } from './bus/render-nats-users.ts';

/** Writes the files that follow from the contracts; the same contracts give the same bytes. */
const files: Readonly<Record<string, string>> = {
  'docs/asyncapi.yaml': renderAsyncapi(),
  'infra/nats/users.conf': renderNatsUsers(),
};

for (const [path, text] of Object.entries(files)) {
  await writeFile(new URL(`../../../${path}`, import.meta.url), text);
  console.log(path);
}
