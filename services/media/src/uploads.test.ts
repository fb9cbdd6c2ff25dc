import { createHash } from 'node:crypto';
import { abortUpload, getMedia, openUpload, type UserId } from '@storm/contracts';
import { request } from '@storm/runtime';
import {
  anyMediaId,
  conversationId,
  createTestMedia,
  owner,
  stranger,
  type TestMedia,
} from './test-media.ts';

const text = Buffer.from('Only text.\n');

describe('an upload', () => {
  let test: TestMedia;
  beforeAll(async () => {
    test = await createTestMedia();
    await test.startApp();
  }, 600_000);
  afterAll(() => test.stop());

  const open = (changed: object = {}) =>
    request(test.bus, openUpload, {
      userId: owner,
      conversationId,
      name: 'notes.txt',
      contentType: 'text/plain',
      bytes: text.length,
      ...changed,
    });

  it('becomes a file with a hash that downloads byte for byte', async () => {
    const media = await test.send({
      bytes: text,
      contentType: 'text/plain; charset=utf-8',
      name: 'notes.txt',
    });
    expect(media).toMatchObject({ status: 'ready', kind: 'file', contentType: 'text/plain', bytes: 11 });
    expect(media.sha256).toBe(createHash('sha256').update(text).digest('hex'));
    const { bytes, headers } = await test.download(media.id);
    expect(bytes).toEqual(text);
    expect(headers.get('etag')).toBe(`"${media.sha256}"`);
    expect(await request(test.bus, getMedia, { mediaId: media.id })).toEqual(media);
    expect(await test.keys()).toEqual([`media/${media.id}/original`]);
  });

  it.each([
    ['a file that is too large', { bytes: 20_000_001 }, 'file-too-large'],
    ['a name that is none', { name: '..' }, 'invalid-file-name'],
    ['a type that is none', { contentType: 'nonsense' }, 'invalid-content-type'],
    ['an empty file', { bytes: 0 }, 'invalid-request'],
  ])('is refused at the door: %s', async (_name, changed, slug) => {
    await expect(open(changed)).rejects.toMatchObject({ slug });
  });

  it('is cut off: the bytes are removed and nothing is recorded', async () => {
    const mediaId = await test.put({ bytes: text, contentType: 'text/plain', announced: text.length + 1 });
    await expect(test.finish(mediaId)).rejects.toMatchObject({ slug: 'upload-incomplete', status: 422 });
    expect(await test.keys()).not.toContain(`incoming/${mediaId}`);
    await expect(request(test.bus, getMedia, { mediaId })).rejects.toMatchObject({ slug: 'media-not-found' });
    await expect(test.finish(mediaId)).rejects.toMatchObject({ slug: 'upload-not-found' });
  });

  it('can be finished again after its bytes came late', async () => {
    const { mediaId, url } = await open();
    await expect(test.finish(mediaId)).rejects.toMatchObject({ slug: 'upload-incomplete' });
    await fetch(url, { method: 'PUT', body: text });
    expect(await test.finish(mediaId)).toMatchObject({ status: 'processing' });
    expect(await test.processed(mediaId)).toMatchObject({ status: 'ready' });
  });

  it('lies about its type: the bytes are removed and nothing is recorded', async () => {
    const html = Buffer.from('<html><script>alert(1)</script></html>');
    const mediaId = await test.put({ bytes: html, contentType: 'image/png', name: 'cat.png' });
    await expect(test.finish(mediaId)).rejects.toMatchObject({ slug: 'type-mismatch', status: 415 });
    expect(await test.keys()).not.toContain(`incoming/${mediaId}`);
    await expect(request(test.bus, getMedia, { mediaId })).rejects.toMatchObject({ status: 404 });
  });

  it('of active content is given back only as a file to save', async () => {
    const svg = Buffer.from('<svg xmlns="http://www.w3.org/2000/svg"><script>alert(1)</script></svg>');
    const media = await test.send({ bytes: svg, contentType: 'image/svg+xml', name: 'x.svg' });
    const { headers } = await test.download(media.id);
    expect(media.kind).toBe('file');
    expect(headers.get('content-type')).toBe('application/octet-stream');
    expect(headers.get('content-disposition')).toBe('attachment; filename="x.svg"');
  });

  it('is finished any number of times with the same answer', async () => {
    const mediaId = await test.put({ bytes: text, contentType: 'text/plain' });
    const answers = await Promise.all([test.finish(mediaId), test.finish(mediaId), test.finish(mediaId)]);
    for (const answer of answers) expect(answer).toMatchObject({ id: mediaId, bytes: text.length });
    const ready = await test.processed(mediaId);
    expect(await test.finish(mediaId)).toEqual(ready);
  });

  it('is finished and aborted only by its owner', async () => {
    const mediaId = await test.put({ bytes: text, contentType: 'text/plain' });
    await expect(test.finish(mediaId, stranger)).rejects.toMatchObject({ slug: 'upload-not-found' });
    expect(await request(test.bus, abortUpload, { userId: stranger, mediaId })).toEqual({ aborted: false });
    await test.finish(mediaId);
    await expect(test.finish(mediaId, stranger)).rejects.toMatchObject({ slug: 'upload-not-found' });
    expect(await request(test.bus, abortUpload, { userId: owner, mediaId })).toEqual({ aborted: false });
    await test.processed(mediaId);
  });

  it('is forgotten when it is aborted', async () => {
    const mediaId = await test.put({ bytes: text, contentType: 'text/plain' });
    expect(await request(test.bus, abortUpload, { userId: owner, mediaId })).toEqual({ aborted: true });
    expect(await test.keys()).not.toContain(`incoming/${mediaId}`);
    await expect(test.finish(mediaId)).rejects.toMatchObject({ slug: 'upload-not-found' });
    expect(await request(test.bus, abortUpload, { userId: owner, mediaId: anyMediaId() })).toEqual({
      aborted: false,
    });
  });

  it('is one of a bounded number that a user can have open', async () => {
    const userId = '01890a5d-ac96-774b-bcce-b302099a8059' as UserId;
    const opened = await Promise.allSettled(Array.from({ length: 20 }, () => open({ userId })));
    const given = opened.flatMap((one) => (one.status === 'fulfilled' ? [one.value.mediaId] : []));
    expect(given.length).toBe(16);
    const problem = { slug: 'too-many-uploads', status: 429, retryable: true };
    for (const one of opened) if (one.status === 'rejected') expect(one.reason).toMatchObject(problem);
    const [first] = given;
    if (first === undefined) throw new Error('none was given');
    await request(test.bus, abortUpload, { userId, mediaId: first });
    expect(await open({ userId })).toMatchObject({ headers: { 'content-length': String(text.length) } });
  });

  it('leaves its bucket with a rule that sweeps what was never finished', async () => {
    const { Rule } = (await test.objects.getBucketLifecycle('media')) as { Rule: object | object[] };
    expect([Rule].flat()).toMatchObject([{ Status: 'Enabled', Filter: { Prefix: 'incoming/' } }]);
  });
});
