import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

/** From the sources and from the built files alike. */
export async function repositoryRoot(): Promise<string> {
  for (const up of ['../../', '../../../']) {
    const root = fileURLToPath(new URL(up, import.meta.url));
    const text = await readFile(join(root, 'package.json'), 'utf8').catch(() => '{}');
    if ((JSON.parse(text) as { name?: string }).name === 'storm') return root;
  }
  throw new Error('the repository was not found');
}
