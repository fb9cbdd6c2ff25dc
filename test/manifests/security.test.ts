import { Cluster } from './cluster.ts';
import { renderManifests } from './render-manifests.ts';

const cluster = new Cluster(await renderManifests('infra/k8s/base'));
const names = cluster.workloads.map(({ metadata }) => metadata.name);

test('the namespace admits only restricted pods', () => {
  expect(cluster.get('Namespace', 'storm').metadata.labels).toMatchObject({
    'pod-security.kubernetes.io/enforce': 'restricted',
  });
});

test.each(names)('%s runs as a numbered user that is not root, under the default seccomp profile', (name) => {
  const { securityContext } = cluster.pod(name);
  expect(securityContext).toMatchObject({ runAsNonRoot: true, seccompProfile: { type: 'RuntimeDefault' } });
  expect(securityContext?.runAsUser).toBeGreaterThan(0);
  expect(securityContext?.runAsGroup).toBeGreaterThan(0);
});

test.each(names)(
  '%s has no capability, no way to more rights and nothing to write to but its volumes',
  (name) => {
    const pod = cluster.pod(name);
    for (const { securityContext } of [...(pod.initContainers ?? []), ...pod.containers]) {
      expect(securityContext).toEqual({
        allowPrivilegeEscalation: false,
        readOnlyRootFilesystem: true,
        capabilities: { drop: ['ALL'] },
      });
    }
  },
);

test.each(names)('%s has no token for the API server and knows no neighbour by its environment', (name) => {
  const pod = cluster.pod(name);
  expect(pod.automountServiceAccountToken).toBe(false);
  expect(pod.enableServiceLinks).toBe(false);
  expect(pod.hostNetwork).toBeUndefined();
});

test.each(names)('%s cannot fill the disk of its node by what it keeps for a moment', (name) => {
  for (const { emptyDir } of cluster.pod(name).volumes ?? []) {
    if (emptyDir) expect(emptyDir.sizeLimit).toMatch(/^\d+Mi$/);
  }
});

test('a password appears in Secrets only', () => {
  const passwords = cluster
    .ofKind('Secret')
    .flatMap(({ stringData = {} }) => Object.entries(stringData))
    .filter(([name]) => !name.endsWith('_USER'))
    .map(([, value]) => value);
  expect(passwords.length).toBeGreaterThan(5);
  const rest = JSON.stringify(cluster.manifests.filter(({ kind }) => kind !== 'Secret'));
  expect(passwords.filter((password) => rest.includes(password))).toEqual([]);
});
