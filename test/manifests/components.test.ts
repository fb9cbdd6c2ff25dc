import { readdir } from 'node:fs/promises';
import { join } from 'node:path';
import { Cluster } from './cluster.ts';
import { findSchemaFaults } from './find-schema-faults.ts';
import { renderComponents } from './render-components.ts';
import { renderManifests } from './render-manifests.ts';
import { repositoryRoot } from './repository-root.ts';
import { services } from './specification.ts';

const alone = (await readdir(join(repositoryRoot, 'infra/k8s/components'))).filter(
  (name) => name !== 'README.md',
);
const together = {
  'nats-cluster, its password from outside': [
    'external-secrets',
    'nats-cluster',
    'external-secrets/nats-cluster',
  ],
  'cloudnative-pg behind policies': ['network-policies', 'cloudnative-pg', 'cloudnative-pg/network-policies'],
  's3 behind policies': ['network-policies', 's3', 's3/network-policies'],
  everything: [
    ...alone,
    'external-secrets/nats-cluster',
    'cloudnative-pg/network-policies',
    's3/network-policies',
  ],
};
const rendered = new Map<string, Cluster>();
for (const overlay of ['base', 'overlays/dev', 'overlays/prod']) {
  rendered.set(overlay, new Cluster(await renderManifests(join('infra/k8s', overlay))));
}
for (const name of alone) rendered.set(name, await renderComponents([name]));
for (const [name, components] of Object.entries(together))
  rendered.set(name, await renderComponents(components));
const of = (name: string): Cluster => {
  const found = rendered.get(name);
  if (found === undefined) throw new Error(`${name} was not rendered`);
  return found;
};

test('every object of every component is what the published schema of its kind asks for', async () => {
  const all = [...rendered.values()].flatMap(({ manifests }) => manifests);
  expect(new Set(all.map(({ kind }) => kind)).size).toBeGreaterThan(15);
  expect(await findSchemaFaults(all)).toEqual([]);
}, 120_000);

test('a field that a schema does not know is found', async () => {
  const [wrong] = of('cloudnative-pg').ofKind('Cluster');
  const faults = await findSchemaFaults([{ ...wrong, spec: { ...wrong?.spec, instancez: 3 } } as never]);
  expect(faults).toEqual([expect.stringMatching(/^Cluster postgres-\w+: .*instancez/)]);
}, 120_000);

test.each([...rendered.keys()])('%s stays in the namespace and refers to what is there', (name) => {
  const cluster = of(name);
  const elsewhere = cluster.manifests.filter(
    ({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== 'storm',
  );
  expect(elsewhere).toEqual([]);
  const known = new Set(cluster.manifests.map(({ kind, metadata }) => `${kind} ${metadata.name}`));
  for (const { metadata } of cluster.workloads) {
    for (const { configMap, persistentVolumeClaim } of cluster.pod(metadata.name).volumes ?? []) {
      if (configMap) expect(known).toContain(`ConfigMap ${configMap.name}`);
      if (persistentVolumeClaim)
        expect(known).toContain(`PersistentVolumeClaim ${persistentVolumeClaim.claimName}`);
    }
  }
});

test.each([...rendered.keys()])(
  '%s has a Secret, or who fetches it, for every variable that comes from one',
  (name) => {
    const cluster = of(name);
    const made = cluster.ofKind('Cluster').map(({ metadata }) => `${metadata.name}-app`);
    const there = new Set([
      ...made,
      ...[...cluster.ofKind('Secret'), ...cluster.ofKind('ExternalSecret')].map(
        ({ metadata }) => metadata.name,
      ),
    ]);
    for (const { metadata } of cluster.workloads) {
      const pod = cluster.pod(metadata.name);
      for (const { env = [], envFrom = [] } of [...(pod.initContainers ?? []), ...pod.containers]) {
        for (const { valueFrom } of env)
          if (valueFrom?.secretKeyRef) expect(there).toContain(valueFrom.secretKeyRef.name);
        for (const { secretRef } of envFrom) expect(there).toContain(secretRef.name);
      }
    }
  },
);

test('three NATS nodes each have a volume of their own and keep every stream three times', () => {
  const cluster = of('nats-cluster');
  expect(cluster.workload('nats').spec).toMatchObject({
    replicas: 3,
    serviceName: 'nats-nodes',
    podManagementPolicy: 'Parallel',
    volumeClaimTemplates: [{ metadata: { name: 'data' } }],
  });
  expect(cluster.ofKind('PersistentVolumeClaim').map(({ metadata }) => metadata.name)).not.toContain(
    'nats-pvc',
  );
  for (const name of ['message', 'media']) {
    const { env = [] } = cluster.container(`${name}-service`);
    expect(env).toContainEqual({ name: 'STREAM_REPLICAS', value: '3' });
  }
});

test('the configuration of the NATS nodes has variables only as whole values, and each is given', () => {
  const cluster = of('nats-cluster');
  const name = cluster.pod('nats').volumes?.find(({ configMap }) => configMap)?.configMap?.name ?? '';
  const text = cluster.get('ConfigMap', name).data?.['cluster.conf'] ?? '';
  const variables = [...text.matchAll(/(\S*)\$(\w+)/g)];
  expect(variables).toHaveLength(4);
  const given = cluster.container('nats').env?.map((entry) => entry.name);
  for (const [, before, variable] of variables) {
    expect(before).toBe('');
    expect(given).toContain(variable);
  }
});

test('with CloudNativePG the services ask its primary with the credentials that it made', () => {
  const cluster = of('cloudnative-pg');
  for (const [service, database] of [
    ['user', 'postgres-user'],
    ['message', 'postgres-message'],
    ['notification', 'postgres-message'],
  ]) {
    const pod = cluster.pod(`${service}-service`);
    for (const { env } of [...(pod.initContainers ?? []), ...pod.containers]) {
      expect(env).toContainEqual({ name: 'DB_HOST', value: `${database}-rw` });
      expect(env).toContainEqual({
        name: 'DB_PASSWORD',
        valueFrom: { secretKeyRef: { name: `${database}-app`, key: 'password' } },
      });
    }
  }
});

test('behind an ingress the gateway has no port of its own on the nodes', () => {
  const service = of('tls-ingress').get('Service', 'gateway-service');
  expect(service.spec?.type).toBe('ClusterIP');
  expect(service.spec?.ports).toEqual([{ name: 'http', port: 8080, targetPort: 'http' }]);
});

test('what an autoscaler decides is not undone by applying again', () => {
  expect(of('autoscaling-gateway').workload('gateway-service').spec?.replicas).toBeUndefined();
  expect(of('autoscaling-message').workload('message-service').spec?.replicas).toBeUndefined();
});

test.each(services)('the monitor of services selects that of $name', ({ name }) => {
  const service = of('monitoring').get('Service', `${name}-service`);
  expect(service.metadata.labels).toMatchObject({
    'app.kubernetes.io/component': 'service',
    'app.kubernetes.io/part-of': 'storm',
  });
  expect(service.spec?.ports?.[0]).toMatchObject({ name: 'http' });
});
