import { acceptsEnvironment } from './accepts-environment.ts';
import { Cluster } from './cluster.ts';
import { readCompose } from './read-compose.ts';
import { renderManifests } from './render-manifests.ts';
import { infrastructure, services } from './specification.ts';

const compose = await readCompose();
const cluster = new Cluster(await renderManifests('infra/k8s/base'));
const migrating = ['user', 'message', 'notification'];
const serviceNames = services.map(({ name }) => `${name}-service`);
const names = [...serviceNames, ...infrastructure.map(({ name }) => name)];

const part = (name: string) => {
  const found = compose.services[name];
  if (found === undefined) throw new Error(`compose has no ${name}`);
  return found;
};
const mebibytes = (limit: string | number) => {
  const [, amount, unit] = /^(\d+)([mM]i?)?$/.exec(String(limit)) ?? [];
  return unit === undefined ? Number(amount) / 1_048_576 : Number(amount);
};

beforeAll(() => {
  console.info(`docker-compose.yml was read by ${compose.readBy}`);
});

test('compose runs what the cluster runs, and the migrations by themselves', () => {
  const migrations = migrating.map((name) => `${name}-migrate`);
  expect(Object.keys(compose.services).sort()).toEqual([...names, ...migrations].sort());
});

test.each(names)('%s is the image of the cluster, within the same memory', (name) => {
  const { image, resources } = cluster.container(name);
  expect(part(name).image).toBe(image);
  expect(`${mebibytes(part(name).mem_limit)}Mi`).toBe(resources?.limits?.memory);
});

test.each(services)(
  '$name is built from its Dockerfile and has the environment of the cluster',
  ({ name }) => {
    const { environment, build } = part(`${name}-service`);
    expect(build?.dockerfile).toBe(`services/${name}/Dockerfile`);
    const {
      LOG_LEVEL,
      INSTANCE_ID: _hostNameServes,
      ...expected
    } = cluster.environment(cluster.container(`${name}-service`));
    const given = Object.fromEntries(
      Object.entries(environment ?? {}).map(([key, value]) => [key, String(value)]),
    );
    expect(given).toEqual({ LOG_LEVEL, ...expected });
  },
);

test.each(services)('$name accepts the environment that compose gives it', async ({ name }) => {
  await acceptsEnvironment(name, part(`${name}-service`).environment as NodeJS.ProcessEnv);
});

test.each(['redis', 'postgres-user', 'postgres-message'])('%s is started as in the cluster', (name) => {
  expect(part(name).command).toEqual(cluster.container(name).args);
});

test('only the gateway is reachable from outside', () => {
  const open = Object.entries(compose.services).filter(([, { ports = [] }]) => ports.length > 0);
  expect(open.map(([name]) => name)).toEqual(['gateway-service']);
  expect(JSON.stringify(part('gateway-service').ports)).toMatch(/30080.*8080|8080.*30080/);
});

test.each(Object.keys(compose.services))('%s waits until what it needs is healthy', (name) => {
  for (const [needed, { condition }] of Object.entries(part(name).depends_on ?? {})) {
    expect(condition).toBe(
      needed.endsWith('-migrate') ? 'service_completed_successfully' : 'service_healthy',
    );
    if (condition === 'service_healthy') expect(part(needed).healthcheck.test?.length).toBeGreaterThan(1);
  }
});

test.each(migrating)('%s starts after its migrations, which wait for the database', (name) => {
  const database = name === 'user' ? 'postgres-user' : 'postgres-message';
  expect(part(`${name}-migrate`)).toMatchObject({
    image: part(`${name}-service`).image,
    command: ['node', 'migrate.js'],
    environment: part(`${name}-service`).environment,
    depends_on: { [database]: { condition: 'service_healthy' } },
  });
  expect(Object.keys(part(`${name}-service`).depends_on ?? {})).toContain(`${name}-migrate`);
});

test.each(Object.keys(compose.services))('%s has a read-only root and no capability', (name) => {
  expect(part(name)).toMatchObject({ read_only: true, cap_drop: ['ALL'] });
});

test.each(Object.keys(compose.services))('%s can write its scratch space also after a restart', (name) => {
  // Without a mode an engine may leave it to root: Postgres then has no place for its socket.
  for (const mount of part(name).tmpfs ?? []) {
    expect(mount).toMatch(/^\/tmp:mode=1777$|^\/var\/run\/postgresql:mode=0775,uid=70,gid=70$/);
  }
});
