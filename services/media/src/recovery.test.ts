import { createHash } from 'node:crypto';
import { jetstreamManager } from '@nats-io/jetstream';
import {
  abortUpload,
  eventStream,
  getMedia,
  type MediaId,
  mediaJobStream,
  openUpload,
  processMediaSubject,
} from '@storm/contracts';
import { createPublisher, request } from '@storm/runtime';
import sharp from 'sharp';
import type { MediaRecord } from './domain/media-record.ts';
import { createMediaStore } from './store/media-store.kv.ts';
import { createSlotStore } from './store/slot-store.kv.ts';
import { conversationId, createTestMedia, owner, type TestMedia } from './test-media.ts';
import { startMediaProcess } from './test-media-process.ts';

const noise = { type: 'gaussian' as const, mean: 120, sigma: 40 };
const photo = () =>
  sharp({ create: { width: 1_200, height: 900, channels: 3, background: '#36a', noise } })
    .jpeg()
    .withExif({ IFD0: { ImageDescription: 'SECRET' } })
    .toBuffer();

/** Resolves when no job waits and none is in hand. */
async function untilIdle(test: TestMedia): Promise<void> {
  const manager = await jetstreamManager(test.bus.connection);
  for (;;) {
    const { state } = await manager.streams.info(mediaJobStream.name);
    if (state.messages === 0) return;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

describe('the media service recovers', () => {
  let test: TestMedia;
  beforeAll(async () => {
    test = await createTestMedia();
  }, 600_000);
  afterAll(() => test.stop());

  const putAndFinish = async (bytes: Uint8Array): Promise<MediaId> => {
    const mediaId = await test.put({ bytes, contentType: 'image/jpeg' });
    await test.finish(mediaId);
    return mediaId;
  };

  it('from a job that comes twice: nothing changes and the event is told once', async () => {
    const app = await test.startApp();
    const media = await test.send({ bytes: await photo(), contentType: 'image/jpeg' });
    const before = await test.download(media.id);
    const again = Buffer.from(JSON.stringify({ mediaId: media.id }));
    await createPublisher(test.bus).publish(processMediaSubject(media.id), again);
    await untilIdle(test);
    expect(await request(test.bus, getMedia, { mediaId: media.id })).toEqual(media);
    expect((await test.download(media.id)).bytes.equals(before.bytes)).toBe(true);
    const manager = await jetstreamManager(test.bus.connection);
    expect((await manager.streams.info(eventStream.name)).state.messages).toBe(1);
    await app.stop();
  });

  it('from SIGKILL in the middle of its jobs: every file is clean, once, and nothing is left over', async () => {
    const bytes = await photo();
    const first = await startMediaProcess(test);
    await first.untilHealth(200);
    const files = await Promise.all(Array.from({ length: 6 }, () => putAndFinish(bytes)));
    const events = files.map((mediaId) => test.processed(mediaId));
    await Promise.race(events);
    await first.end('SIGKILL');
    const second = await startMediaProcess(test);
    const processed = await Promise.all(events);
    const hashes = new Set(processed.map(({ sha256 }) => sha256));
    expect(hashes.size).toBe(1);
    for (const { id, status } of processed) {
      const { bytes: got } = await test.download(id);
      expect(status).toBe('ready');
      expect(hashes).toContain(createHash('sha256').update(got).digest('hex'));
      expect(got.includes('SECRET')).toBe(false);
    }
    await untilIdle(test);
    expect((await test.keys()).filter((key) => key.startsWith('incoming/'))).toEqual([]);
    expect(await second.end('SIGTERM')).toBe(0);
  }, 60_000);

  it('from a crash between the record of a file and its job', async () => {
    const app = await test.startApp();
    const mediaId = await test.put({ bytes: await photo(), contentType: 'image/jpeg' });
    const etag = (await test.objects.statObject('media', `incoming/${mediaId}`)).etag;
    const media = createMediaStore(app.bus);
    const slots = createSlotStore(app.bus);
    for (const store of [media, slots]) await store.prepare(app.bus.connection);
    await media.create(interruptedRecord(mediaId, etag));
    expect(await slots.list(owner)).toContain(mediaId);
    await app.stop();
    const restarted = await test.startApp();
    expect(await test.processed(mediaId)).toMatchObject({ id: mediaId, status: 'ready' });
    await untilIdle(test);
    await restarted.stop();
  });

  it('from MinIO going away and coming back: queries say 503, jobs wait', async () => {
    const service = await startMediaProcess(test);
    await service.untilHealth(200);
    const bytes = await photo();
    const mediaId = await test.put({ bytes, contentType: 'image/jpeg' });
    const waiting = await Promise.all(Array.from({ length: 5 }, () => putAndFinish(bytes)));
    test.minio.kill();
    await test.minio.exited;
    await expect(test.finish(mediaId)).rejects.toMatchObject({ slug: 'service-unavailable', status: 503 });
    const { mediaId: broken } = await request(test.bus, openUpload, {
      ...{ userId: owner, conversationId, name: 'broken', contentType: 'image/jpeg', bytes: 5 },
    });
    const abort = () => request(test.bus, abortUpload, { userId: owner, mediaId: broken });
    await expect(abort()).rejects.toMatchObject({ slug: 'service-unavailable' });
    // What it said is done all the same: a full or absent store must not use up the slots of its user.
    expect(await abort()).toEqual({ aborted: false });
    await service.untilHealth(503);
    expect((await service.health()).body.dependencies.minio).toMatchObject({ status: 'down' });
    await test.minio.restart();
    await service.untilHealth(200);
    await test.finish(mediaId);
    for (const one of [...waiting, mediaId])
      expect(await test.processed(one)).toMatchObject({ status: 'ready' });
    await service.end('SIGTERM');
  }, 60_000);

  it('from MinIO being away when it starts', async () => {
    test.minio.kill();
    await test.minio.exited;
    const service = await startMediaProcess(test);
    await service.untilHealth(503);
    await test.minio.restart();
    await service.untilHealth(200);
    const media = await test.send({ bytes: await photo(), contentType: 'image/jpeg' });
    expect(media.status).toBe('ready');
    await service.end('SIGTERM');
  }, 60_000);

  it('from NATS going away and coming back', async () => {
    const service = await startMediaProcess(test);
    await service.untilHealth(200);
    const bytes = await photo();
    const mediaId = await test.put({ bytes, contentType: 'image/jpeg' });
    const reconnected = new Promise<void>((resolve) =>
      test.bus.onConnected((_connection, isReconnect) => (isReconnect ? resolve() : undefined)),
    );
    test.nats.server.kill();
    await test.nats.server.exited;
    await service.untilHealth(503);
    await test.nats.server.restart();
    await Promise.all([reconnected, service.untilHealth(200)]);
    await test.finish(mediaId);
    expect(await test.processed(mediaId)).toMatchObject({ status: 'ready' });
    await service.end('SIGTERM');
  }, 60_000);

  it('from its bucket being gone', async () => {
    const app = await test.startApp();
    for (const key of await test.keys()) await test.objects.removeObject('media', key);
    await test.objects.removeBucket('media');
    await app.checks.minio();
    const media = await test.send({ bytes: await photo(), contentType: 'image/jpeg' });
    expect(media.status).toBe('ready');
    await app.stop();
  });
});

const interruptedRecord = (id: MediaId, etag: string): MediaRecord => ({
  media: {
    id,
    conversationId,
    ownerId: owner,
    name: 'photo.jpg',
    kind: 'image',
    contentType: 'image/jpeg',
    bytes: 1,
    status: 'processing',
    sha256: null,
    width: null,
    height: null,
    blurhash: null,
    hasThumbnail: false,
    createdAt: '2026-11-01T00:00:00Z',
  },
  treatment: 'draw',
  isClaimedImage: true,
  etag,
  processedAt: null,
  failure: null,
});
