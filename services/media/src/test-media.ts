import { randomUUID } from 'node:crypto';
import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
import {
  type ConversationId,
  deadLetterStream,
  eventStream,
  eventSubject,
  finishUpload,
  type Media,
  type MediaId,
  mediaProcessed,
  openDownload,
  openUpload,
  type UserId,
} from '@storm/contracts';
import { type RunningMinio, startMinio } from '@storm/devstack';
import { type Bus, ensureStream, request, stopAll } from '@storm/runtime';
import { createTestBus, createTestLogger, type TestBus } from '@storm/testing';
import { Client } from 'minio';
import type { Subscription } from 'nats';
import { Registry } from 'prom-client';
import { createMediaApp, type MediaApp } from './app.ts';

export const owner = '01890a5d-ac96-774b-bcce-b302099a8057' as UserId;
export const stranger = '01890a5d-ac96-774b-bcce-b302099a8058' as UserId;
export const conversationId = 'e1840b1a-43f2-5112-83d2-5eccb0b38eb0' as ConversationId;

export interface Upload {
  bytes: Uint8Array;
  contentType: string;
  name?: string;
  userId?: UserId;
  /** What is announced; the length of the bytes when absent. */
  announced?: number;
}

export interface TestMedia {
  nats: TestBus;
  minio: RunningMinio;
  objects: Client;
  /** A gateway's connection. */
  bus: Bus;
  startApp(instanceId?: string): Promise<MediaApp & { bus: Bus; stop(): Promise<void> }>;
  /** Opens a slot and puts the bytes there. */
  put(upload: Upload): Promise<MediaId>;
  /** Uploads, finishes, and waits until the file is processed. */
  send(upload: Upload): Promise<Media>;
  finish(mediaId: MediaId, userId?: UserId): Promise<Media>;
  /** The next event of this file. */
  processed(mediaId: MediaId): Promise<Media>;
  download(
    mediaId: MediaId,
    variant?: 'original' | 'thumbnail',
  ): Promise<{ bytes: Buffer; headers: Headers }>;
  keys(): Promise<string[]>;
  /** Runs before the servers are stopped, whatever became of the test. */
  atStop(task: () => Promise<unknown>): void;
  stop(): Promise<void>;
}

/** The media service in process, on a MinIO and a NATS of its own, with what others own beside it. */
export async function createTestMedia(): Promise<TestMedia> {
  const [nats, minio, scratchDir] = await Promise.all([
    createTestBus(),
    startMinio(),
    mkdtemp(join(tmpdir(), 'storm-media-test-')),
  ]);
  const bus = await nats.connect('gateway');
  const manager = await jetstreamManager(bus.connection);
  for (const { owner: _owner, ...config } of [eventStream, deadLetterStream]) {
    await ensureStream(manager, config as unknown as StreamConfig);
  }
  const { endpoint, accessKey, secretKey } = minio;
  const [endPoint = '', port] = endpoint.split(':');
  const objects = new Client({ endPoint, port: Number(port), accessKey, secretKey, useSSL: false });
  const stops: (() => Promise<unknown>)[] = [];
  const events = listen(bus.connection.subscribe(eventSubject(mediaProcessed, conversationId)));

  const test: TestMedia = {
    nats,
    minio,
    objects,
    bus,
    async startApp(instanceId = `media-${stops.length}`) {
      const log = createTestLogger();
      const appBus = await nats.connect(instanceId);
      const app = await createMediaApp({
        bus: appBus,
        log,
        registry: new Registry(),
        objectStore: { endpoint, accessKey, secretKey, bucket: 'media', region: 'us-east-1', useTls: false },
        instanceId,
        maxUploadBytes: 20_000_000,
        scratchDir,
        workerPath: fileURLToPath(new URL('../dist/picture-worker.js', import.meta.url)),
      });
      let stopped: Promise<unknown> | undefined;
      const stop = async (): Promise<void> => {
        stopped ??= stopAll(app.stopSteps, log);
        await stopped;
      };
      stops.push(stop);
      await app.ready;
      return { ...app, bus: appBus, stop };
    },
    async put({ bytes, contentType, name = 'file', userId = owner, announced = bytes.length }) {
      const question = { userId, conversationId, name, contentType, bytes: announced };
      const { mediaId, url } = await request(bus, openUpload, question);
      const headers = { 'content-type': 'application/octet-stream' };
      const put = await fetch(url, { method: 'PUT', body: bytes, headers });
      if (!put.ok) throw new Error(`PUT: ${put.status} ${await put.text()}`);
      return mediaId;
    },
    async send(upload) {
      const mediaId = await test.put(upload);
      const processed = events.next(mediaId);
      await test.finish(mediaId, upload.userId);
      return processed;
    },
    finish: (mediaId, userId = owner) => request(bus, finishUpload, { userId, mediaId }),
    processed: (mediaId) => events.next(mediaId),
    async download(mediaId, variant = 'original') {
      const { url, headers } = await request(bus, openDownload, { mediaId, variant });
      const got = await fetch(url);
      if (!got.ok) throw new Error(`GET: ${got.status}`);
      return { bytes: Buffer.from(await got.arrayBuffer()), headers: new Headers(headers) };
    },
    async keys() {
      const names: string[] = [];
      for await (const item of objects.listObjectsV2('media', '', true)) names.push(String(item.name));
      return names.sort();
    },
    atStop(task) {
      stops.push(task);
    },
    async stop() {
      await Promise.all(stops.map((stop) => stop()));
      await Promise.all([nats.stop(), minio.stop(), rm(scratchDir, { recursive: true, force: true })]);
    },
  };
  return test;
}

/** Hands events to whoever waits for them; those that came before anybody asked are kept. */
function listen(subscription: Subscription) {
  const seen = new Map<string, Media[]>();
  const waiting = new Map<string, ((media: Media) => void)[]>();
  const read = async (): Promise<void> => {
    for await (const message of subscription) {
      const media = message.json<Media>();
      const asker = waiting.get(media.id)?.shift();
      if (asker) asker(media);
      else seen.set(media.id, [...(seen.get(media.id) ?? []), media]);
    }
  };
  void read();
  return {
    next(mediaId: MediaId): Promise<Media> {
      const early = seen.get(mediaId)?.shift();
      if (early) return Promise.resolve(early);
      return new Promise((resolve) => waiting.set(mediaId, [...(waiting.get(mediaId) ?? []), resolve]));
    },
  };
}

export const anyMediaId = (): MediaId => randomUUID() as MediaId;
