import { cp, mkdir, mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { allServices, imageNodeFlags, type ServiceName, serviceNames } from './all-services.ts';
import { natsUsers } from './nats-users.ts';
import { repositoryRoot } from './repository-root.ts';
import { startPlatform } from './start-platform.ts';

// Stands where a built service would: it answers every request with its environment.
const SERVICE = `
  import { createServer } from 'node:http';
  const server = createServer((request, response) => {
    if (request.url === '/crash') process.exit(5);
    response.end(JSON.stringify({ env: process.env, flags: process.execArgv }));
  }).listen(Number(process.env.PORT), '127.0.0.1');
  process.on('SIGTERM', () => server.close(() => process.exit(0)).closeAllConnections());
`;

interface Seen {
  env: Record<string, string>;
  flags: string[];
}

let root: string;

async function addService(name: ServiceName, migration: string): Promise<void> {
  const dist = join(root, 'services', name, 'dist');
  await mkdir(dist, { recursive: true });
  await writeFile(join(dist, 'main.js'), SERVICE);
  if (allServices[name].database) await writeFile(join(dist, 'migrate.js'), migration);
}

beforeAll(async () => {
  root = await mkdtemp(join(tmpdir(), 'storm-root-'));
  await writeFile(join(root, 'package.json'), '{ "type": "module" }');
  await cp(join(repositoryRoot(), 'infra/nats'), join(root, 'infra/nats'), { recursive: true });
  for (const name of serviceNames) await addService(name, 'console.log("up to date");');
});
afterAll(() => rm(root, { recursive: true }));

test('all services start with the environment and memory flags of the deployment', async () => {
  const platform = await startPlatform({
    ports: 'random',
    root,
    gateways: 2,
    messages: 2,
    durable: false,
    env: { media: { MINIO_BUCKET: 'pictures' } },
    joinFiles: (name) => [join(root, `${name}.join`)],
  });
  const names = ['gateway', 'gateway-2', 'user', 'message', 'message-2', 'media', 'notification'];
  expect(platform.processes.map(({ name }) => name)).toEqual(names);
  const seen = async (name: string) => (await (await fetch(platform.process(name).url)).json()) as Seen;
  const gateway = await seen('gateway-2');
  expect(gateway.flags).toEqual([
    ...imageNodeFlags('gateway'),
    '--max-semi-space-size=4',
    '--max-old-space-size=64',
  ]);
  expect(gateway.env).toMatchObject({
    INSTANCE_ID: 'gateway-2',
    NATS_URL: platform.part('nats').url,
    NATS_USER: 'gateway',
    NATS_PASSWORD: natsUsers.passwords.gateway,
    REDIS_URL: platform.part('redis').url,
    USER_SERVICE_URL: platform.process('user').url,
  });
  expect(gateway.env.JEST_WORKER_ID).toBeUndefined();
  expect((await seen('user')).env).toMatchObject({
    DB_NAME: 'user_db',
    DB_PORT: String(platform.part('postgres').port),
  });
  expect((await seen('message')).env.DB_NAME).toBe('message_db');
  expect((await seen('media')).env).toMatchObject({
    MINIO_ENDPOINT: platform.part('minio').endpoint,
    MINIO_BUCKET: 'pictures',
  });
  const joined = await readFile(join(root, 'message-2.join'), 'utf8');
  expect(Number(joined)).toBe(platform.process('message-2').pid);
  await platform.stop();
  expect(platform.processes.filter(({ isRunning }) => isRunning)).toEqual([]);
});

test('a killed service comes back on its port, and only the parts it needs are started', async () => {
  const told: string[] = [];
  const onProgress = (one: { name: string; step: string }) => told.push(`${one.name} ${one.step}`);
  const platform = await startPlatform({ ports: 'random', root, services: ['gateway'], onProgress });
  expect(Object.keys(platform.parts).sort()).toEqual(['nats', 'redis']);
  const gateway = platform.process('gateway');
  const { pid, url } = gateway;
  gateway.kill('SIGKILL');
  await gateway.exited;
  await gateway.restart();
  expect(gateway.pid).not.toBe(pid);
  expect((await fetch(url)).status).toBe(200);
  expect(told).not.toContain('gateway failed');
  await fetch(`${url}/crash`).catch(() => undefined);
  await gateway.exited;
  expect(told).toContain('gateway failed');
  await platform.stop();
});

test('a migration that fails ends the start with its last lines, while another service still waits', async () => {
  await addService('message', 'console.error("column is taken"); process.exit(1);');
  await writeFile(join(root, 'services/gateway/dist/main.js'), 'setInterval(() => undefined, 1000);');
  const start = startPlatform({ ports: 'random', root, services: ['gateway', 'message'], durable: false });
  await expect(start).rejects.toThrow(/message tables ended with code 1[\s\S]*column is taken/);
});

test('a service that was not built is named with what to do', async () => {
  const start = startPlatform({ ports: 'random', root: '/nowhere', services: ['gateway'] });
  await expect(start).rejects.toThrow(
    '/nowhere/services/gateway/dist/main.js is missing. Next: npx turbo run build',
  );
});
