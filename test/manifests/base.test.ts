import { readdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { parseAllDocuments } from 'yaml';
import { Cluster } from './cluster.ts';
import type { Manifest } from './manifest.ts';
import { renderManifests } from './render-manifests.ts';
import { repositoryRoot } from './repository-root.ts';
import { files, infrastructure, namespace, secrets, services } from './specification.ts';

const directory = 'infra/k8s/base';
const cluster = new Cluster(await renderManifests(directory));
const portsOf = (manifest: Manifest) => manifest.spec?.ports?.map(({ port }) => port);

test('the base consists of the files that the specification names', async () => {
  expect((await readdir(join(repositoryRoot, directory))).sort()).toEqual([...files].sort());
});

test('everything is in the namespace storm, which exists', () => {
  expect(cluster.ofKind('Namespace').map(({ metadata }) => metadata.name)).toEqual([namespace]);
  const elsewhere = cluster.manifests.filter(
    ({ kind, metadata }) => kind !== 'Namespace' && metadata.namespace !== namespace,
  );
  expect(elsewhere).toEqual([]);
});

test('the gateway is the only entry from outside', () => {
  const open = cluster.ofKind('Service').filter(({ spec }) => (spec?.type ?? 'ClusterIP') !== 'ClusterIP');
  expect(open.map(({ metadata }) => metadata.name)).toEqual(['gateway-service']);
  expect(cluster.get('Service', 'gateway-service').spec).toMatchObject({
    type: 'NodePort',
    ports: [{ port: 8080, nodePort: 30080 }],
  });
});

test('nothing runs to an end, for a finished pod is never ready', () => {
  expect([...cluster.ofKind('Job'), ...cluster.ofKind('CronJob'), ...cluster.ofKind('Pod')]).toEqual([]);
});

test.each(Object.entries(secrets))('the secret %s holds %j', (name, keys) => {
  expect(Object.keys(cluster.secret(name)).sort()).toEqual([...keys].sort());
});

describe.each(services)('$name service', ({ name, port, readiness, resources, env }) => {
  const container = cluster.container(`${name}-service`);

  test('runs its image, which is never pulled when it is there', () => {
    expect(cluster.workload(`${name}-service`).kind).toBe('Deployment');
    expect(container.image).toBe(`storm/${name}-service:latest`);
    expect(container.imagePullPolicy).toBe('IfNotPresent');
  });

  test('listens where its Service sends', () => {
    const service = cluster.get('Service', `${name}-service`);
    expect(portsOf(service)).toEqual([port]);
    expect(container.ports).toEqual([{ name: service.spec?.ports?.[0]?.targetPort, containerPort: port }]);
    expect(cluster.environment(container).PORT).toBe(String(port));
  });

  test('is ready by the specified question', () => {
    const { path, ...timing } = readiness;
    expect(container.readinessProbe).toMatchObject({ httpGet: { path, port: 'http' }, ...timing });
  });

  test('may use what is specified', () => {
    expect(container.resources).toEqual(resources);
  });

  test.each(Object.entries(env))('gets %s from %j', (variable, source) => {
    const entry = container.env?.find((one) => one.name === variable);
    if (typeof source === 'string') expect(entry).toEqual({ name: variable, value: source });
    else expect(entry?.valueFrom).toEqual({ secretKeyRef: { name: source[0], key: source[1] } });
  });
});

describe.each(infrastructure)('$name', ({ name, image, pinned, ports, claim, database }) => {
  test('names the specified image, pinned when rendered', async () => {
    const text = await readFile(join(repositoryRoot, directory, `${name}.yaml`), 'utf8');
    const written = parseAllDocuments(text).map((document) => document.toJS() as Manifest);
    expect(new Cluster(written).container(name).image).toBe(image);
    expect(cluster.container(name).image).toMatch(pinned);
    expect(cluster.container(name).imagePullPolicy).toBe('IfNotPresent');
  });

  test('answers on the specified ports', () => {
    expect(portsOf(cluster.get('Service', name))).toEqual(ports);
    expect(cluster.container(name).ports?.map(({ containerPort }) => containerPort)).toEqual(ports);
  });

  test('keeps what the specification says it keeps', () => {
    const claims = cluster
      .pod(name)
      .volumes?.flatMap(({ persistentVolumeClaim }) => persistentVolumeClaim ?? []);
    if (claim === undefined && name !== 'nats') return expect(claims).toEqual([]);
    const kept = claim ?? { name: 'nats-pvc', storage: '1Gi' };
    expect(claims).toEqual([{ claimName: kept.name }]);
    expect(cluster.get('PersistentVolumeClaim', kept.name).spec?.resources?.requests.storage).toBe(
      kept.storage,
    );
    return expect(cluster.workload(name).kind).toBe('StatefulSet');
  });

  if (database !== undefined) {
    test('creates its database with the credentials of the secret', () => {
      const environment = cluster.environment(cluster.container(name));
      expect(environment).toMatchObject({ POSTGRES_DB: database, ...cluster.secret('postgres-credentials') });
    });
  }
});
