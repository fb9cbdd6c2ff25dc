import { mkdtemp, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Platform, startPlatform, type TestGateway } from '../../test/start-gateway.ts';

const dir = fileURLToPath(new URL('../../../web/dist', import.meta.url));
let platform: Platform;
let gateway: TestGateway;
let script: string;

beforeAll(async () => {
  platform = await startPlatform();
  gateway = await platform.startGateway();
  const built = await readFile(join(dir, 'index.html'), 'utf8');
  script = /src="assets\/(app-[^"]+\.js)"/.exec(built)?.[1] ?? '';
});
afterAll(() => platform.stop());

test.each(['/', '/c/018f0000-0000-7000-8000-000000000001'])('%s is the page, never kept', async (path) => {
  const { status, headers, body } = await gateway.call<string>('GET', path);
  expect(status).toBe(200);
  expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
  expect(headers.get('cache-control')).toBe('no-cache');
  expect(body).toContain(`src="assets/${script}"`);
});

test('its policy lets no inline script or style run, and nothing from elsewhere', async () => {
  const policy = (await gateway.call('GET', '/')).headers.get('content-security-policy') ?? '';
  expect(policy).toContain("default-src 'none'");
  expect(policy).toContain("script-src 'self';");
  expect(policy).not.toMatch(/unsafe|https?:|\*/);
});

test('a page finds its files however far up the root lies', async () => {
  const bases = await Promise.all(
    ['/', '/c/some'].map(async (path) => {
      const { body } = await gateway.call<string>('GET', path);
      const base = /<base href="([^"]+)"/.exec(body)?.[1] ?? '';
      return new URL(`assets/${script}`, new URL(base, `https://example.org/storm${path}`)).pathname;
    }),
  );
  expect(bases).toEqual([`/storm/assets/${script}`, `/storm/assets/${script}`]);
});

test('the worker that lets it start offline may fetch, and names files that are there', async () => {
  const { status, headers, body } = await gateway.call<string>('GET', '/sw.js');
  expect(status).toBe(200);
  expect(headers.get('content-type')).toMatch(/^(text|application)\/javascript/);
  expect(headers.get('cache-control')).toBe('no-cache');
  expect(headers.get('content-security-policy')).toContain("connect-src 'self'");
  expect(body).toContain(`assets/${script}`);
});

test.each(['br', 'gzip'])('files with hashed names are kept for ever and go out as %s', async (encoding) => {
  const headers = { 'accept-encoding': encoding };
  const answer = await gateway.call('GET', `/assets/${script}`, { headers });
  expect(answer.status).toBe(200);
  expect(answer.headers.get('content-encoding')).toBe(encoding);
  expect(answer.headers.get('content-type')).toMatch(/^(text|application)\/javascript/);
  expect(answer.headers.get('cache-control')).toBe('public, max-age=31536000, immutable');
  expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
});

test.each(['/assets/app-00000000.js', '/assets/', '/assets/..%2findex.html', '/other', '/c', '/c/one/two'])(
  '%s is not there, and the answer is a problem',
  async (path) => {
    const { status, body } = await gateway.call('GET', path);
    expect([status, body.type]).toEqual([404, 'urn:storm:problem:not-found']);
  },
);

test('the API keeps its own policy', async () => {
  const { headers } = await gateway.call('GET', '/api/v1/users/me');
  expect(headers.get('content-security-policy')).toBe("default-src 'none';frame-ancestors 'none'");
});

test('a gateway without a built client serves the API alone', async () => {
  const empty = await mkdtemp(join(tmpdir(), 'storm-web-'));
  const alone = await platform.startGateway({ WEB_DIR: empty });
  expect((await alone.call('GET', '/')).status).toBe(404);
  expect((await alone.call('GET', '/live')).status).toBe(200);
  await rm(empty, { recursive: true });
});
