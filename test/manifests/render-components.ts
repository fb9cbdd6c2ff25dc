import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join, relative } from 'node:path';
import { stringify } from 'yaml';
import { Cluster } from './cluster.ts';
import { renderManifests } from './render-manifests.ts';
import { repositoryRoot } from './repository-root.ts';

/** The base with these components, as an overlay would have them. */
export async function renderComponents(names: readonly string[]): Promise<Cluster> {
  const directory = await mkdtemp(join(tmpdir(), 'storm-overlay-'));
  const from = (path: string): string => relative(directory, join(repositoryRoot, 'infra/k8s', path));
  try {
    const overlay = {
      namespace: 'storm',
      resources: [from('base')],
      components: names.map((name) => from(join('components', name))),
    };
    await writeFile(join(directory, 'kustomization.yaml'), stringify(overlay));
    return new Cluster(await renderManifests(directory));
  } finally {
    await rm(directory, { recursive: true, force: true });
  }
}
