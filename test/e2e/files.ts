import type { ConversationId, Media } from '@storm/contracts';
import sharp from 'sharp';
import { heard } from './heard.ts';
import { takePhoto } from './photo.ts';
import { refused } from './refused.ts';
import type { Person, World } from './world.ts';

export const files = (world: () => World) =>
  describe('files', () => {
    let ada: Person;
    let bob: Person;
    let conversationId: ConversationId;
    beforeAll(async () => {
      ada = await world().person('ada', 0);
      bob = await world().person('bob', 1);
      conversationId = await world().direct(ada, bob);
      await Promise.all([ada, bob].map(({ storm }) => storm.connect().ready));
    });

    /** A photo of ada's that is through with its processing. */
    async function sharePhoto(): Promise<Media> {
      const photo = await takePhoto();
      const sent: number[] = [];
      const processed = heard(bob.storm, 'media-processed.v1', (media) => media.ownerId === ada.user.id);
      const uploaded = await ada.storm.upload(conversationId, photo, {
        onProgress: (bytes) => sent.push(bytes),
      });
      expect(uploaded).toMatchObject({ kind: 'image', name: 'beach.jpg', contentType: 'image/jpeg' });
      expect(sent.at(-1)).toBe(photo.data.length);
      const media = await processed;
      expect(media).toMatchObject({
        id: uploaded.id,
        status: 'ready',
        width: 1_200,
        height: 800,
        hasThumbnail: true,
      });
      return media;
    }

    test('a photo is cleaned of where it was taken, hashed, and has a thumbnail', async () => {
      const media = await sharePhoto();
      const bytes = await bob.storm.downloads.bytes(media.id);
      expect(bytes.length).toBe(media.bytes);
      expect(Buffer.from(bytes).includes('secret-owner')).toBe(false);
      expect((await sharp(bytes).metadata()).exif).toBeUndefined();
      const digest = await crypto.subtle.digest('SHA-256', new Uint8Array(bytes));
      expect(Buffer.from(digest).toString('hex')).toBe(media.sha256);
      const thumbnail = await sharp(
        await bob.storm.downloads.bytes(media.id, { variant: 'thumbnail' }),
      ).metadata();
      expect(thumbnail.format).toBe('webp');
      expect(thumbnail.width).toBeLessThan(1_200);
    });

    test('a part of it can be fetched, and nothing when it is already there', async () => {
      const media = await sharePhoto();
      const { open, bytes } = bob.storm.downloads;
      const whole = await bytes(media.id);
      const part = await open(media.id, { range: { from: 100, to: 199 } });
      expect(part.status).toBe(206);
      expect(part.headers.get('content-range')).toBe(`bytes 100-199/${media.bytes}`);
      expect(new Uint8Array(await part.arrayBuffer())).toEqual(whole.slice(100, 200));
      const ifNoneMatch = part.headers.get('etag') ?? '';
      expect((await open(media.id, { ifNoneMatch })).status).toBe(304);
      const past = open(media.id, { range: { from: media.bytes + 10 } });
      expect((await refused(past)).status).toBe(416);
    });

    test('it goes with a message, and only where it belongs', async () => {
      const media = await sharePhoto();
      const arrives = heard(bob.storm, 'message-stored.v1', ({ text }) => text === 'look');
      await ada.storm.send(conversationId, { text: 'look', mediaIds: [media.id] });
      expect((await arrives).attachments).toMatchObject([{ mediaId: media.id, contentType: 'image/jpeg' }]);
      const elsewhere = await world().group(ada);
      const stray = ada.storm.send(elsewhere, { text: 'stray', mediaIds: [media.id] });
      expect(await refused(stray)).toMatchObject({ code: 'unknown-media', status: 422 });
    });

    test('who is not in the conversation gets 404', async () => {
      const media = await sharePhoto();
      const eve = await world().person('eve');
      const calls = [
        eve.storm.api.getMedia({ params: { mediaId: media.id } }),
        eve.storm.downloads.bytes(media.id),
        eve.storm.downloads.bytes(media.id, { variant: 'thumbnail' }),
      ];
      for (const { status } of await Promise.all(calls.map(refused))) expect(status).toBe(404);
    });

    test('a file of several megabytes arrives byte for byte', async () => {
      const data = Buffer.alloc(8 * 1_048_576, 'storm ');
      const source = { data, name: 'notes.txt', contentType: 'text/plain' };
      const processed = heard(bob.storm, 'media-processed.v1', ({ name }) => name === 'notes.txt', 30_000);
      const uploaded = await ada.storm.upload(conversationId, source);
      expect(uploaded).toMatchObject({ bytes: data.length, kind: 'file' });
      await processed;
      expect(
        Buffer.from(await bob.storm.downloads.bytes(uploaded.id, { timeoutMs: 30_000 })).equals(data),
      ).toBe(true);
    });
  });
