import { execFile } from 'node:child_process';
import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { imageNodeFlags, type ServiceName } from '@storm/devstack';
import { repositoryRoot } from './repository-root.ts';
import { services } from './specification.ts';

const runFile = promisify(execFile);
let images: string;

beforeAll(async () => {
  images = await mkdtemp(join(tmpdir(), 'storm-images-'));
});

afterAll(() => rm(images, { recursive: true, force: true }));

const dockerfileOf = (name: string) => readFile(join(repositoryRoot, 'services', name, 'Dockerfile'), 'utf8');
const sharedStages = (dockerfile: string) => /^FROM .*?(?=^FROM packages AS build)/ms.exec(dockerfile)?.[0];

test.each(services)('the image of $name runs as nobody special and says how it is', async (service) => {
  const dockerfile = await dockerfileOf(service.name);
  const final = dockerfile.slice(dockerfile.lastIndexOf('\nFROM '));
  expect(final).toMatch(/^\nFROM node:24-alpine\n/);
  expect(final).toContain('\nUSER 1000:1000\n');
  expect(final).toContain(`\nEXPOSE ${service.port}\n`);
  expect(final).toContain(`"http://127.0.0.1:${service.port}${service.readiness.path}"`);
  const command = ['node', ...imageNodeFlags(service.name as ServiceName), 'main.js']
    .map((word) => JSON.stringify(word))
    .join(', ');
  expect(final).toContain(`\nCMD [${command}]\n`);
});

test('all images share the stages up to their own build, so that they are built once', async () => {
  const stages = await Promise.all(services.map(async ({ name }) => sharedStages(await dockerfileOf(name))));
  expect(stages[0]).toContain('npm ci');
  expect(new Set(stages).size).toBe(1);
});

test.each(services)('the image of $name says what it is and of which revision', async ({ name }) => {
  const dockerfile = await dockerfileOf(name);
  expect(dockerfile).toContain(`org.opencontainers.image.title="storm/${name}-service"`);
  for (const label of ['description', 'licenses', 'version', 'revision']) {
    expect(dockerfile).toMatch(new RegExp(`org.opencontainers.image.${label}="[^"]+"`));
  }
});

test.each(services)(
  'the bundle of $name is complete: it starts far from the workspace and lists what it is made of',
  async ({ name }) => {
    await runFile(process.execPath, ['services/build.mjs', images, name], { cwd: repositoryRoot });
    const main = join(images, name, 'dist', 'main.js');
    const env = { PATH: process.env.PATH, PORT: 'not a port' };
    await expect(runFile(process.execPath, [main], { env, timeout: 60_000 })).rejects.toMatchObject({
      stderr: expect.stringMatching(/environment: .*PORT/),
    });
    const sbom = JSON.parse(await readFile(join(images, name, 'sbom.cdx.json'), 'utf8'));
    const parts = sbom.components.map((one: { purl: string }) => one.purl);
    expect(parts).toContainEqual(expect.stringMatching(/^pkg:npm\/%40nats-io\/transport-node@3\./));
    expect(new Set(parts).size).toBe(parts.length);
  },
  120_000,
);
