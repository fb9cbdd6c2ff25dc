import { acceptsEnvironment } from './accepts-environment.ts';
import { Cluster } from './cluster.ts';
import { renderManifests } from './render-manifests.ts';
import { services } from './specification.ts';

const base = new Cluster(await renderManifests('infra/k8s/base'));
const prod = new Cluster(await renderManifests('infra/k8s/overlays/prod'));

test('production has no secret in clear text', () => {
  expect(prod.ofKind('Secret')).toEqual([]);
  expect(
    prod
      .ofKind('ExternalSecret')
      .map(({ metadata }) => metadata.name)
      .sort(),
  ).toEqual(
    base
      .ofKind('Secret')
      .map(({ metadata }) => metadata.name)
      .sort(),
  );
});

test('production fetches every key that the base has', () => {
  for (const { metadata, spec } of prod.ofKind('ExternalSecret')) {
    const { data = [] } = (spec ?? {}) as { data?: { secretKey: string }[] };
    expect(data.map(({ secretKey }) => secretKey).sort()).toEqual(
      Object.keys(base.secret(metadata.name)).sort(),
    );
  }
});

test.each(services)('production runs $name twice, one of them at any time', ({ name }) => {
  const { spec } = prod.workload(`${name}-service`);
  expect(spec?.replicas).toBe(2);
  expect(prod.get('PodDisruptionBudget', `${name}-service`).spec).toEqual({
    maxUnavailable: 1,
    selector: { matchLabels: { 'app.kubernetes.io/name': `${name}-service` } },
  });
});

test.each(services)(
  '$name refuses to start in production with the passwords of the base',
  async ({ name }) => {
    const pod = prod.pod(`${name}-service`);
    const development = base.environment(base.container(`${name}-service`));
    for (const { env = [] } of [...(pod.initContainers ?? []), ...pod.containers]) {
      expect(env).toContainEqual({ name: 'DEPLOYMENT', value: 'production' });
    }
    await expect(acceptsEnvironment(name, { ...development, DEPLOYMENT: 'production' })).rejects.toThrow(
      /NATS_PASSWORD is a secret for development/,
    );
  },
);

test.each(services)('$name starts in production with passwords of its own', async ({ name }) => {
  const own = Object.entries(base.environment(base.container(`${name}-service`))).map(([key, value]) => [
    key,
    value.replace('development', 'kept-elsewhere'),
  ]);
  await acceptsEnvironment(name, { ...Object.fromEntries(own), DEPLOYMENT: 'production' });
});
