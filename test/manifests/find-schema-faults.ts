import { execFile } from 'node:child_process';
import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { dirname, join } from 'node:path';
import type { Manifest } from './manifest.ts';
import { repositoryRoot } from './repository-root.ts';

/** Who publishes the schema of an API group; the others are Kubernetes' own. */
const publishers: Record<string, string> = {
  'cert-manager.io': '@kubernetes-models/cert-manager',
  'external-secrets.io': '@kubernetes-models/external-secrets',
  'keda.sh': '@kubernetes-models/keda',
  'monitoring.coreos.com': '@kubernetes-models/prometheus-operator',
  'postgresql.cnpg.io': '@kubernetes-models/cloudnative-pg',
};

/**
 * Compares manifests with the published schemas of their kinds, as types: a field that does not exist, one that is missing
 * and one of the wrong type are faults, each with its place in the object.
 */
export async function findSchemaFaults(manifests: readonly Manifest[]): Promise<string[]> {
  await mkdir(join(repositoryRoot, 'test/dist'), { recursive: true });
  const directory = await mkdtemp(join(repositoryRoot, 'test/dist/schemas-'));
  const file = join(directory, 'manifests.ts');
  try {
    const lines = manifests.map(
      (manifest, index) =>
        `export const m${index}: import('${moduleOf(manifest)}').I${manifest.kind} = ${JSON.stringify(manifest)};`,
    );
    await writeFile(file, lines.join('\n'));
    const output = await runCompiler(file);
    return output
      .split('\n')
      .filter((line) => line.includes('error'))
      .map((line) => {
        const at = manifests[Number(/\((\d+),/.exec(line)?.[1]) - 1];
        return `${at?.kind} ${at?.metadata.name}: ${line.replace(/^.*error /, '')}`;
      });
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}

function moduleOf({ apiVersion }: Manifest): string {
  const [group = ''] = apiVersion.split('/');
  return `${publishers[group] ?? 'kubernetes-models'}/${apiVersion}`;
}

function runCompiler(file: string): Promise<string> {
  const tsc = join(dirname(createRequire(import.meta.url).resolve('typescript/package.json')), 'bin/tsc');
  const flags = [
    '--ignoreConfig',
    '--noEmit',
    '--strict',
    '--skipLibCheck',
    '--module',
    'nodenext',
    '--pretty',
    'false',
  ];
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [tsc, ...flags, file], { maxBuffer: 8 << 20 }, (error, stdout, stderr) => {
      if (error === null || stdout.includes('error TS')) resolve(stdout);
      else reject(new Error(`the compiler could not run: ${stderr}`));
    });
  });
}
