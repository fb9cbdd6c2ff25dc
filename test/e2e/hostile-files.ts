import { retry } from '@storm/client';
import type { ConversationId } from '@storm/contracts';
import sharp from 'sharp';
import { heard } from './heard.ts';
import { takePhoto } from './photo.ts';
import { rawBytes, rawFetch } from './raw-http.ts';
import { refused } from './refused.ts';
import type { Person, World } from './world.ts';

export const hostileFiles = (world: () => World) =>
  describe('in files', () => {
    let ada: Person;
    let conversationId: ConversationId;
    let path: string;
    let authorization: string;
    beforeAll(async () => {
      ada = await world().person('ada', 0);
      conversationId = await world().group(ada);
      path = `/api/v1/conversations/${conversationId}/media`;
      authorization = `Bearer ${(await ada.storm.restore())?.accessToken}`;
      await ada.storm.connect().ready;
    });
    const html = Buffer.from('<!doctype html><script>alert(1)</script>');

    test.each([
      ['a page that says it is a photo', html, 'image/png'],
      ['a page that says it is a film', html, 'video/mp4'],
      ['random bytes that say they are a photo', Buffer.alloc(5_000, 7), 'image/jpeg'],
    ])('%s is refused', async (_, data, contentType) => {
      const problem = await refused(ada.storm.upload(conversationId, { data, name: 'a.png', contentType }));
      expect(problem).toMatchObject({ code: 'type-mismatch', status: 415, retryable: false });
    });

    test('a photo that says it is another kind of file is refused', async () => {
      const { data } = await takePhoto(50, 50);
      const lie = ada.storm.upload(conversationId, { data, name: 'a.pdf', contentType: 'application/pdf' });
      expect(await refused(lie)).toMatchObject({ code: 'type-mismatch' });
    });

    test('a photo of which only the beginning is one ends as failed', async () => {
      const { data } = await takePhoto(600, 400);
      const broken = data.subarray(0, 300);
      const processed = heard(ada.storm, 'media-processed.v1', ({ name }) => name === 'broken.jpg', 30_000);
      const source = { data: broken, name: 'broken.jpg', contentType: 'image/jpeg' };
      const { id } = await ada.storm.upload(conversationId, source);
      expect(await processed).toMatchObject({ id, status: 'failed' });
      const attach = ada.storm.send(conversationId, { text: '', mediaIds: [id] });
      expect((await refused(attach)).status).toBe(422);
    });

    test('a picture too large to draw does not end the service', async () => {
      const create = { width: 16_000, height: 16_000, channels: 3, background: 'white' } as const;
      const data = await sharp({ create, limitInputPixels: false }).png({ compressionLevel: 9 }).toBuffer();
      const processed = heard(ada.storm, 'media-processed.v1', ({ name }) => name === 'bomb.png', 60_000);
      await ada.storm.upload(conversationId, { data, name: 'bomb.png', contentType: 'image/png' });
      await processed;
      expect(world().platform.process('media').isRunning).toBe(true);
    }, 90_000);

    test('a page is served as a file to keep, never as a page', async () => {
      const processed = heard(ada.storm, 'media-processed.v1', ({ name }) => name === 'a.html');
      const { id } = await ada.storm.upload(conversationId, {
        data: html,
        name: 'a.html',
        contentType: 'text/html',
      });
      await processed;
      const answer = await ada.storm.downloads.open(id);
      await answer.body?.cancel();
      expect(answer.headers.get('content-disposition')).toMatch(/^attachment/);
      expect(answer.headers.get('x-content-type-options')).toBe('nosniff');
    });

    test('an upload that is cut half-way leaves nothing', async () => {
      const head = [
        `POST ${path}?name=half.txt HTTP/1.1`,
        'host: storm',
        `authorization: ${authorization}`,
        'content-type: text/plain',
        'content-length: 2000000',
        '',
        '',
      ].join('\r\n');
      const url = world().urls[0] ?? '';
      await rawBytes(url, Buffer.concat([Buffer.from(head), Buffer.alloc(1_000_000, 'a')]), { cut: true });
      const whole = { data: Buffer.from('the whole file'), name: 'whole.txt', contentType: 'text/plain' };
      expect(await ada.storm.upload(conversationId, whole)).toMatchObject({ bytes: 14 });
    });

    test('an upload without a length, or without bytes', async () => {
      const send = (headers: Record<string, string>, body: NonNullable<RequestInit['body']>) =>
        rawFetch(`${world().urls[0]}${path}?name=a.txt`, {
          method: 'POST',
          headers: { authorization, 'content-type': 'text/plain', ...headers },
          body,
          ...{ duplex: 'half' },
        });
      expect(await send({}, new Blob(['a stream']).stream())).toMatchObject({ status: 411 });
      expect(await send({}, '')).toMatchObject({ status: 400 });
      const large = await rawBytes(
        world().urls[0] ?? '',
        `POST ${path}?name=a HTTP/1.1\r\nhost: s\r\nauthorization: ${authorization}\r\ncontent-type: text/plain\r\ncontent-length: 9999999999999\r\nconnection: close\r\n\r\n`,
      );
      expect(large).toMatch(/^HTTP\/1\.1 413 /);
    });

    test.each(['../../etc/passwd', 'a\r\nx-evil: 1', 'ευ.txt', 'a"b;c.txt', '.', '\u202Egpj.exe'])(
      'the name %j goes nowhere but into a header, whole',
      async (name) => {
        const source = { data: Buffer.from('text'), name, contentType: 'text/plain' };
        const media = await ada.storm.upload(conversationId, source).catch((error: unknown) => {
          expect(error).toMatchObject({ status: 400, retryable: false });
        });
        if (!media) return;
        const { id } = media;
        expect(media.name).not.toMatch(/[\r\n/\\]/);
        const answer = await retry(() => ada.storm.downloads.open(id), { withinMs: 10_000 });
        await answer.body?.cancel();
        expect(answer.headers.get('x-evil')).toBeNull();
      },
    );
  });
