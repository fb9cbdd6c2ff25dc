import { Cluster } from './cluster.ts';
import { renderManifests } from './render-manifests.ts';
import { services } from './specification.ts';

const base = new Cluster(await renderManifests('infra/k8s/base'));
const dev = new Cluster(await renderManifests('infra/k8s/overlays/dev'));
const names = (cluster: Cluster) => cluster.manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`);
const hash = /-[a-z0-9]{10}$/;

test('development has the same objects as the base', () => {
  const plain = (cluster: Cluster) =>
    names(cluster)
      .map((one) => one.replace(hash, ''))
      .sort();
  expect(plain(dev)).toEqual(plain(base));
});

test.each(services)('$name logs more in development', ({ name }) => {
  expect(base.environment(base.container(`${name}-service`)).LOG_LEVEL).toBe('info');
  expect(dev.environment(dev.container(`${name}-service`)).LOG_LEVEL).toBe('debug');
});

test.each(base.workloads.map(({ metadata }) => metadata.name))(
  '%s asks for less and may use as much',
  (name) => {
    const [asked, given] = [dev.pod(name), base.pod(name)].map((pod) => [
      ...(pod.initContainers ?? []),
      ...pod.containers,
    ]);
    for (const [index, container] of (asked ?? []).entries()) {
      expect(container.resources?.requests).toEqual({ cpu: '10m', memory: '48Mi' });
      expect(container.resources?.limits).toEqual(given?.[index]?.resources?.limits);
    }
  },
);

test.each(services)('$name is otherwise the container of the base', ({ name }) => {
  const bare = (cluster: Cluster) => {
    const { resources: _resources, env, ...rest } = cluster.container(`${name}-service`);
    return { ...rest, env: env?.filter((entry) => entry.name !== 'LOG_LEVEL') };
  };
  expect(bare(dev)).toEqual(bare(base));
});
