import { connect } from 'node:net';
import { Readable } from 'node:stream';
import { type Platform, slugOf, startPlatform, type TestGateway } from '../../test/start-gateway.ts';
import type { SignedIn } from '../../test/start-user-service.ts';

let platform: Platform;
let gateway: TestGateway;
let ada: SignedIn;

beforeAll(async () => {
  platform = await startPlatform();
  gateway = await platform.startGateway({ LIMIT_SIGN_IN_NAME_PER_MINUTE: '1000' });
  ada = await platform.users.addUser('ada');
});
afterAll(() => platform.stop());

const conversation = '/api/v1/conversations/01890a5d-ac96-774b-bcce-b302099a8057';
const credentials = { username: 'ada', password: 'wrong' };
const json = (length: number) => JSON.stringify({ ...credentials, padding: 'x'.repeat(length) });

/** What comes back for bytes that no HTTP client would send. */
const sendRaw = (bytes: string): Promise<string> =>
  new Promise((resolve, reject) => {
    const socket = connect(gateway.app.port, '127.0.0.1', () => socket.write(bytes));
    let received = '';
    socket.on('data', (chunk) => {
      received += String(chunk);
    });
    socket.on('error', reject);
    socket.on('close', () => resolve(received));
  });

test.each<[string, string | Buffer, string, number, string]>([
  ['malformed JSON', '{"username":', 'application/json', 400, 'malformed-json'],
  ['nothing', '', 'application/json', 400, 'invalid-request'],
  ['a prototype', '{"__proto__":{"x":1}}', 'application/json', 400, 'malformed-json'],
  [
    'a number where text belongs',
    '{"username":5,"password":"x"}',
    'application/json',
    400,
    'invalid-request',
  ],
  [
    'a key that is not known',
    '{"username":"a","password":"b","x":1}',
    'application/json',
    400,
    'invalid-request',
  ],
  ['a list', '[]', 'application/json', 400, 'invalid-request'],
  ['plain text', 'hello', 'text/plain', 415, 'unsupported-media-type'],
  ['a form', 'username=ada', 'application/x-www-form-urlencoded', 415, 'unsupported-media-type'],
  ['a type that is none', 'x', 'nonsense', 415, 'unsupported-media-type'],
  ['a little too much', json(65_536), 'application/json', 413, 'too-large'],
  ['5 MB', json(5_000_000), 'application/json', 413, 'too-large'],
])('a body of %s is refused with a problem', async (_, raw, type, status, slug) => {
  const answer = await gateway.call('POST', '/api/v1/auth/login', { raw, headers: { 'content-type': type } });
  expect([answer.status, slugOf(answer)]).toEqual([status, slug]);
  expect(answer.headers.get('content-type')).toContain('application/problem+json');
  expect(answer.body.requestId).toBe(answer.headers.get('x-request-id'));
});

test('5 MB in chunks of unknown total are refused as soon as they are too many', async () => {
  const chunks = Readable.from(Array.from({ length: 80 }, () => Buffer.alloc(65_536, 'x')));
  const response = await fetch(`${gateway.url}/api/v1/auth/login`, {
    method: 'POST',
    headers: { 'content-type': 'application/json' },
    body: Readable.toWeb(chunks) as ReadableStream,
    duplex: 'half',
  });
  expect(response.status).toBe(413);
});

test('who is still sending when a body is refused can read why, and go on', async () => {
  const socket = connect(gateway.app.port, '127.0.0.1');
  const answers: string[] = [];
  const heard = () =>
    new Promise<void>((resolve) => socket.once('data', (data) => resolve(void answers.push(String(data)))));
  const path = '/api/v1/auth/login HTTP/1.1\r\nhost: storm\r\n';
  socket.write(`POST ${path}content-type: application/json\r\ncontent-length: 3000000\r\n\r\n`);
  await heard();
  socket.write(Buffer.alloc(3_000_000, 'x'));
  socket.write('GET /live HTTP/1.1\r\nhost: storm\r\n\r\n');
  await heard();
  socket.destroy();
  expect(answers.map((one) => one.split('\r\n', 1)[0])).toEqual([
    'HTTP/1.1 413 Payload Too Large',
    'HTTP/1.1 200 OK',
  ]);
});

test('faults of a body are named with their place', async () => {
  const { body } = await gateway.call('POST', '/api/v1/auth/register', {
    json: { username: 'A', password: 1 },
  });
  expect(body.errors?.map(({ path }) => path)).toEqual(expect.arrayContaining(['/username']));
});

test.each([
  ['GET', '/nowhere', 404, 'not-found'],
  ['GET', '/api/v1/nowhere', 404, 'not-found'],
  ['POST', '/api/v1/users/me', 405, 'method-not-allowed'],
  ['DELETE', `${conversation}/messages`, 405, 'method-not-allowed'],
  ['GET', '/api/v1/auth/login', 405, 'method-not-allowed'],
  ['GET', '/api/v1/users/%ff', 400, 'malformed-request'],
  ['GET', '/api/v1/users/not-an-id', 400, 'invalid-request'],
  ['GET', `${conversation}/messages?limit=0`, 400, 'invalid-request'],
  ['GET', `${conversation}/messages?limit=ten`, 400, 'invalid-request'],
  ['GET', `${conversation}/messages?order=best`, 400, 'invalid-request'],
  ['GET', '/api/v1/users', 400, 'invalid-request'],
  ['GET', '/api/v1/users?ids=1,2', 400, 'invalid-request'],
])('%s %s is a problem', async (method, path, status, slug) => {
  const answer = await gateway.call(method, path, { token: ada.token });
  expect([answer.status, slugOf(answer)]).toEqual([status, slug]);
});

test('a method that is not taken names those that are', async () => {
  const { headers } = await gateway.call('PUT', '/api/v1/conversations');
  expect(headers.get('allow')).toBe('POST, GET, HEAD');
});

test('a stranger asking for anything of a known path is told about the token first', async () => {
  const answer = await gateway.call('GET', '/api/v1/users/not-an-id');
  expect([answer.status, slugOf(answer)]).toEqual([401, 'unauthenticated']);
});

test('a fault inside the user service stays inside', async () => {
  const json = { refreshToken: 'x'.repeat(20) };
  const answer = await gateway.call('POST', '/api/v1/auth/refresh', { json });
  expect([answer.status, slugOf(answer)]).toEqual([503, 'service-unavailable']);
  expect(JSON.stringify(answer.body)).not.toContain('stack');
});

test('a content type without a body is no body', async () => {
  const headers = { 'content-type': 'application/json' };
  const { status } = await gateway.call('POST', '/api/v1/auth/logout', {
    token: ada.token,
    headers,
    raw: '',
  });
  expect(status).toBe(204);
});

test.each([
  ['no HTTP', 'hello\r\n\r\n', '400 Bad Request', 'malformed-request'],
  [
    'headers of 20 KiB',
    `GET / HTTP/1.1\r\nhost: x\r\nx: ${'y'.repeat(20_000)}\r\n\r\n`,
    '431 Request Header Fields Too Large',
    'headers-too-large',
  ],
])('%s gets a problem too', async (_, bytes, status, slug) => {
  const answer = await sendRaw(bytes);
  expect(answer).toContain(`HTTP/1.1 ${status}`);
  expect(answer).toContain(slug);
});

test('answers carry what a browser needs to be careful', async () => {
  const { headers } = await gateway.call('GET', '/live');
  expect(headers.get('x-content-type-options')).toBe('nosniff');
  expect(headers.get('content-security-policy')).toContain("default-src 'none'");
  expect(headers.get('access-control-allow-origin')).toBeNull();
});
