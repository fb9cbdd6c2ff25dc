import { randomBytes } from 'node:crypto';
import { request } from 'node:http';
import { type ConversationId, eventHeaders, eventSubject, type Media, memberRemoved } from '@storm/contracts';
import { createPublisher } from '@storm/runtime';
import { uuidv7 } from 'uuidv7';
import { serveMedia, type TestMedia } from '../../test/serve-media.ts';
import { type Platform, slugOf, startPlatform, type TestGateway } from '../../test/start-gateway.ts';
import type { SignedIn } from '../../test/start-user-service.ts';

let platform: Platform;
let gateway: TestGateway;
let media: TestMedia;
let ada: SignedIn;
let stranger: SignedIn;
const conversationId = uuidv7() as ConversationId;
const bytes = randomBytes(100_000);

beforeAll(async () => {
  platform = await startPlatform();
  media = await serveMedia(platform.peers);
  gateway = await platform.startGateway({ MAX_UPLOAD_BYTES: '20000000' });
  ada = await platform.users.addUser('ada');
  stranger = await platform.users.addUser('stranger');
  media.join(ada.userId, conversationId);
});
afterAll(async () => {
  await platform.stop();
  await media.stop();
});

const uploads = (id: string = conversationId) => `/api/v1/conversations/${id}/media?name=a.png`;
const upload = <T = Media>(body: Buffer, token = ada.token, headers = {}, path = uploads()) =>
  gateway.call<T>('POST', path, { token, raw: body, headers: { 'content-type': 'image/png', ...headers } });
async function download(id: string, headers: Record<string, string> = {}, token = ada.token) {
  const url = `${gateway.url}/api/v1/media/${id}/content`;
  const response = await fetch(url, { headers: { authorization: `Bearer ${token}`, ...headers } });
  return {
    status: response.status,
    headers: response.headers,
    body: Buffer.from(await response.arrayBuffer()),
  };
}

describe('an upload', () => {
  it('reaches the object store byte for byte, whatever type it claims to be', async () => {
    for (const type of ['image/png', 'application/json', 'text/plain', 'multipart/form-data; boundary=x']) {
      const { status, body } = await upload(bytes, ada.token, { 'content-type': type });
      expect([status, body.bytes]).toEqual([201, bytes.length]);
      expect((await media.read(body.id)).equals(bytes)).toBe(true);
    }
  });

  it('larger than JSON may be goes through', async () => {
    const { status, body } = await upload(randomBytes(5_000_000));
    expect([status, body.bytes]).toEqual([201, 5_000_000]);
  });

  it('is for members of a conversation that exists; others cannot tell which of both it is', async () => {
    const answers = [
      await upload(bytes, stranger.token),
      await upload(bytes, ada.token, {}, uploads(uuidv7())),
    ];
    expect(answers.map(({ status, body }) => [status, (body as unknown as { type: string }).type])).toEqual([
      [404, 'urn:storm:problem:not-found'],
      [404, 'urn:storm:problem:not-found'],
    ]);
  });

  it('of nothing, of too much or of unknown length is refused', async () => {
    const tooLarge = await gateway.call('POST', uploads(), {
      token: ada.token,
      raw: Buffer.alloc(20_000_001),
    });
    expect([tooLarge.status, slugOf(tooLarge)]).toEqual([413, 'too-large']);
    const empty = await gateway.call('POST', uploads(), { token: ada.token, raw: Buffer.alloc(0) });
    expect(empty.status).toBe(400);
    const body = new Blob([bytes]).stream();
    const headers = { authorization: `Bearer ${ada.token}` };
    const chunked = await fetch(gateway.url + uploads(), { method: 'POST', headers, body, duplex: 'half' });
    expect(chunked.status).toBe(411);
  });

  it('without a token is not even looked at', async () => {
    const { status } = await gateway.call('POST', uploads(), { raw: bytes });
    expect(status).toBe(401);
  });

  it('that breaks off half-way is forgotten', async () => {
    const before = media.aborted.length;
    const headers = { authorization: `Bearer ${ada.token}`, 'content-length': '1000000' };
    const sending = request(gateway.url + uploads(), { method: 'POST', headers });
    sending.on('error', () => undefined);
    sending.write(randomBytes(300_000), () => setTimeout(() => sending.destroy(), 100));
    const until = Date.now() + 5_000;
    while (media.aborted.length === before && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 10));
    }
    const [mediaId = ''] = media.aborted.slice(before);
    await expect(media.objects.statObject('media', mediaId)).rejects.toThrow();
  });

  it('that cannot be finished is 503 and forgotten, as soon as that can be done', async () => {
    const before = media.aborted.length;
    Object.assign(media.away, { finish: 1, abort: 1 });
    expect((await upload<unknown>(bytes)).status).toBe(503);
    const until = Date.now() + 10_000;
    while (media.aborted.length === before && Date.now() < until) {
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
    expect(media.aborted.length).toBe(before + 1);
  });
});

describe('a download', () => {
  it('gives the bytes with the headers of the media service', async () => {
    const id = await media.addFile(conversationId, bytes);
    const { status, headers, body } = await download(id);
    expect([status, body.equals(bytes)]).toEqual([200, true]);
    expect([headers.get('etag'), headers.get('content-type')]).toEqual(['"ours"', 'image/png']);
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('server')).toBeNull();
  });

  it('gives a part of it', async () => {
    const id = await media.addFile(conversationId, bytes);
    const { status, headers, body } = await download(id, { range: 'bytes=10-19' });
    expect([status, headers.get('content-range')]).toEqual([206, 'bytes 10-19/100000']);
    expect(body.equals(bytes.subarray(10, 20))).toBe(true);
  });

  it('continues when the file is the same, and begins anew when it is another', async () => {
    const id = await media.addFile(conversationId, bytes);
    const same = await download(id, { range: 'bytes=99990-', 'if-range': '"ours"' });
    const other = await download(id, { range: 'bytes=99990-', 'if-range': '"other"' });
    expect([same.status, same.body.length, other.status, other.body.length]).toEqual([206, 10, 200, 100_000]);
  });

  it('of what the client has already costs no bytes', async () => {
    const id = await media.addFile(conversationId, bytes);
    const { status, headers, body } = await download(id, { 'if-none-match': '"ours"' });
    expect([status, headers.get('etag'), body.length]).toEqual([304, '"ours"', 0]);
  });

  it('of bytes that are not there is 416 and says how many there are', async () => {
    const id = await media.addFile(conversationId, bytes);
    const { status, headers, body } = await download(id, { range: 'bytes=200000-' });
    expect([status, headers.get('content-range')]).toEqual([416, 'bytes */100000']);
    expect(body.toString()).toContain('range-not-satisfiable');
    expect(body.toString()).not.toContain('<');
  });

  it('asks for a place to read from once, and again when that has run out', async () => {
    const id = await media.addFile(conversationId, bytes);
    const before = media.opened;
    await Promise.all([await download(id), download(id), download(id)]);
    expect(media.opened - before).toBe(1);
    media.urlLifetimeSeconds = 5;
    const short = await media.addFile(conversationId, bytes);
    await download(short);
    await download(short);
    media.urlLifetimeSeconds = 600;
    expect(media.opened - before).toBe(3);
  });

  it('tells who is not a member nothing, whether the file exists or is not ready', async () => {
    const ready = await media.addFile(conversationId, bytes);
    const unready = await media.addFile(conversationId, bytes, 'processing');
    const answers = await Promise.all(
      [ready, unready, uuidv7()].map((id) => download(id, {}, stranger.token)),
    );
    expect(answers.map(({ status }) => status)).toEqual([404, 404, 404]);
    const [one, ...others] = answers.map(({ body }) => body.toString().replace(/"requestId":.*/, ''));
    for (const other of others) expect(other).toBe(one);
    expect((await download(unready)).status).toBe(409);
  });

  it('ends for a member who was removed', async () => {
    const leaver = await platform.users.addUser('leaver');
    media.join(leaver.userId, conversationId);
    const id = await media.addFile(conversationId, bytes);
    expect((await download(id, {}, leaver.token)).status).toBe(200);
    const data = { conversationId, userId: leaver.userId };
    await createPublisher(platform.peers).publish(
      eventSubject(memberRemoved, conversationId),
      Buffer.from(JSON.stringify(data)),
      eventHeaders(memberRemoved, uuidv7(), new Date().toISOString()),
    );
    const until = Date.now() + 1_000;
    let status = 200;
    while (status === 200 && Date.now() < until) ({ status } = await download(id, {}, leaver.token));
    expect(status).toBe(404);
  });
});

it('an object store that is away is 503 for both ways, and nothing else is disturbed', async () => {
  const id = await media.addFile(conversationId, bytes);
  media.store.kill();
  await media.store.exited;
  expect([(await upload<unknown>(bytes)).status, (await download(id)).status]).toEqual([503, 503]);
  expect((await gateway.call('GET', `/api/v1/media/${id}`, { token: ada.token })).status).toBe(200);
  await media.store.restart();
  expect((await download(id)).status).toBe(200);
});
