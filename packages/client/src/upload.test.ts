import { createServer, type IncomingMessage, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { Readable } from 'node:stream';
import type { ConversationId, Tokens } from '@storm/contracts';
import { createStormClient } from './create-storm-client.ts';
import { tokensOf } from './scripted-gateway.fixture.ts';
import type { UploadSource } from './upload.ts';

const conversationId = 'conversation-a' as ConversationId;
const bytes = new Uint8Array(300_000).map((_, index) => index % 251);

let server: Server;
let uploads: { request: IncomingMessage; body: Buffer }[];
let refusals: number;
beforeEach(async () => {
  uploads = [];
  refusals = 0;
  server = createServer(async (request, response) => {
    const pieces: Buffer[] = [];
    for await (const piece of request) pieces.push(piece as Buffer);
    const isAuth = request.url?.startsWith('/api/v1/auth/');
    if (!isAuth) uploads.push({ request, body: Buffer.concat(pieces) });
    const refused = !isAuth && refusals-- > 0;
    response.writeHead(refused ? 401 : 201, { 'content-type': 'application/json' });
    const answer: Tokens | { id: string } = isAuth ? tokensOf('access') : { id: 'media' };
    response.end(JSON.stringify(answer));
  });
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
});
afterEach(() => {
  server.closeAllConnections();
  server.close();
});

async function upload(source: UploadSource, onProgress?: (sent: number, total: number) => void) {
  const { port } = server.address() as AddressInfo;
  const storm = createStormClient({ baseUrl: `http://127.0.0.1:${port}` });
  await storm.login({ username: 'ada', password: 'a password' });
  return storm.upload(conversationId, source, onProgress === undefined ? {} : { onProgress });
}

const sources: [string, UploadSource][] = [
  ['bytes', { data: bytes, name: 'a b.png', contentType: 'image/png' }],
  ['a Blob', { data: new Blob([bytes], { type: 'image/png' }), name: 'a b.png' }],
  ['a File', { data: new File([bytes], 'a b.png', { type: 'image/png' }) }],
  [
    'a Node stream',
    { data: Readable.from([bytes]), bytes: bytes.length, name: 'a b.png', contentType: 'image/png' },
  ],
  [
    'a web stream',
    { data: new Blob([bytes]).stream(), bytes: bytes.length, name: 'a b.png', contentType: 'image/png' },
  ],
];

test.each(sources)('%s arrives whole, with its length, type and name', async (_, source) => {
  expect(await upload(source)).toEqual({ id: 'media' });
  const { request, body } = uploads[0] ?? {};
  expect(body?.equals(bytes)).toBe(true);
  expect(request?.headers).toMatchObject({ 'content-type': 'image/png', 'content-length': '300000' });
  expect(request?.headers['transfer-encoding']).toBeUndefined();
  expect(request?.url).toBe(`/api/v1/conversations/${conversationId}/media?name=a+b.png`);
});

test('progress rises to the whole', async () => {
  const seen: number[] = [];
  await upload({ data: bytes, name: 'a' }, (sent, total) => seen.push(sent / total));
  expect(seen.at(-1)).toBe(1);
  expect(seen).toEqual([...seen].sort((x, y) => x - y));
  expect(seen.length).toBeGreaterThan(3);
});

test('a token that is refused is changed and the whole file sent again', async () => {
  refusals = 1;
  expect(await upload({ data: bytes, name: 'a' }, () => undefined)).toEqual({ id: 'media' });
  expect(uploads.map(({ body }) => body.length)).toEqual([300_000, 300_000]);
});

test('a stream of unknown length is refused before anything is sent', async () => {
  await expect(upload({ data: Readable.from([bytes]) })).rejects.toMatchObject({ code: 'length-required' });
  expect(uploads).toEqual([]);
});
