import { readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { acceptsEnvironment } from './accepts-environment.ts';
import { Cluster } from './cluster.ts';
import { renderManifests } from './render-manifests.ts';
import { repositoryRoot } from './repository-root.ts';
import { infrastructure, services } from './specification.ts';

const cluster = new Cluster(await renderManifests('infra/k8s/base'));
const names = [...services.map(({ name }) => `${name}-service`), ...infrastructure.map(({ name }) => name)];
const mebibytes = (quantity = '') => {
  const [, amount, unit] = /^(\d+)(Mi|Gi)$/.exec(quantity) ?? [];
  return Number(amount) * (unit === 'Gi' ? 1024 : 1);
};

test('the workloads are the services and the infrastructure, nothing else', () => {
  expect(cluster.workloads.map(({ metadata }) => metadata.name).sort()).toEqual([...names].sort());
});

test('Services and workloads select the pods that carry their label', () => {
  for (const name of names) {
    const label = { 'app.kubernetes.io/name': name };
    const spec = cluster.workload(name).spec;
    expect(cluster.get('Service', name).spec?.selector).toEqual(label);
    expect(spec?.selector).toEqual({ matchLabels: label });
    expect(spec?.template?.metadata.labels).toMatchObject(label);
  }
});

test('every volume refers to something that is there', () => {
  for (const name of names) {
    for (const { configMap, persistentVolumeClaim } of cluster.pod(name).volumes ?? []) {
      if (configMap) expect(cluster.get('ConfigMap', configMap.name).data).toBeDefined();
      if (persistentVolumeClaim) cluster.get('PersistentVolumeClaim', persistentVolumeClaim.claimName);
    }
  }
});

test.each(names)('%s has a startup, a readiness and a liveness probe, and 30 s to end', (name) => {
  const { startupProbe, readinessProbe, livenessProbe, resources } = cluster.container(name);
  expect(startupProbe).toBeDefined();
  expect(readinessProbe).toBeDefined();
  expect(livenessProbe).toBeDefined();
  expect(cluster.pod(name).terminationGracePeriodSeconds).toBe(30);
  expect(Object.keys(resources?.requests ?? {})).toEqual(['cpu', 'memory']);
  expect(Object.keys(resources?.limits ?? {})).toEqual(['cpu', 'memory']);
});

test.each(services)(
  '$name is restarted only when it does not answer, not when a dependency is gone',
  ({ name }) => {
    const { livenessProbe, startupProbe } = cluster.container(`${name}-service`);
    expect(livenessProbe?.httpGet).toEqual({ path: '/live', port: 'http' });
    expect(startupProbe?.httpGet).toEqual({ path: '/live', port: 'http' });
  },
);

test.each(services)(
  '$name leaves room in its memory limit beside the JavaScript heap',
  ({ name, resources }) => {
    const options = cluster.environment(cluster.container(`${name}-service`)).NODE_OPTIONS ?? '';
    const heap = Number(/--max-old-space-size=(\d+)/.exec(options)?.[1]);
    const semiSpace = Number(/--max-semi-space-size=(\d+)/.exec(options)?.[1]);
    expect(heap + 3 * semiSpace).toBeLessThan(0.8 * mebibytes(resources.limits.memory));
  },
);

test.each(['user', 'message', 'notification'])('%s migrates its database before it starts', (name) => {
  const container = cluster.container(`${name}-service`);
  expect(cluster.pod(`${name}-service`).initContainers).toEqual([
    expect.objectContaining({
      image: container.image,
      imagePullPolicy: 'IfNotPresent',
      command: ['node', 'migrate.js'],
      env: container.env,
      resources: container.resources,
    }),
  ]);
});

test.each(services)('$name accepts the environment that it is given', async ({ name }) => {
  await acceptsEnvironment(name, cluster.environment(cluster.container(`${name}-service`)));
});

test.each(services)('$name has a user of its own at NATS, with a password of its own', async ({ name }) => {
  const { NATS_USER, NATS_PASSWORD } = cluster.environment(cluster.container(`${name}-service`));
  const variable = `NATS_${name.toUpperCase()}_PASSWORD`;
  expect(NATS_USER).toBe(name);
  expect(NATS_PASSWORD).toBe(cluster.environment(cluster.container('nats'))[variable]);
  expect(await readFile(join(repositoryRoot, 'infra/nats/users.conf'), 'utf8')).toContain(`$${variable}`);
  expect(new Set(Object.values(cluster.secret('nats-credentials'))).size).toBe(services.length);
});

test('NATS gets the configuration that everything else is tested with', async () => {
  const name = cluster.pod('nats').volumes?.find((volume) => volume.configMap)?.configMap?.name ?? '';
  for (const file of ['nats.conf', 'users.conf']) {
    const text = await readFile(join(repositoryRoot, 'infra/nats', file), 'utf8');
    expect(cluster.get('ConfigMap', name).data?.[file]).toBe(text);
  }
});

test('Redis is a cache: bounded, without a trace on disk', () => {
  const args = cluster.container('redis').args?.join(' ');
  expect(args).toContain('--maxmemory 64mb --maxmemory-policy allkeys-lru');
  expect(args).toContain('--save  --appendonly no');
});
