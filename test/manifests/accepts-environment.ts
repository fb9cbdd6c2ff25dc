import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { repositoryRoot } from './repository-root.ts';

const runFile = promisify(execFile);
const readIt = `
const module = await import(process.argv[1]);
for (const [name, read] of Object.entries(module)) if (name.startsWith('read')) read();
`;

/** Has the built service read its environment, as its process would at start. @throws with the service's own complaint. */
export async function acceptsEnvironment(service: string, env: NodeJS.ProcessEnv): Promise<void> {
  const module = join(repositoryRoot, 'services', service, 'dist', 'env.js');
  await runFile(process.execPath, ['--input-type=module', '--eval', readIt, module], {
    env: { PATH: process.env.PATH, ...env },
  });
}
