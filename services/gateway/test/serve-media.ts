import {
  abortUpload,
  type ConversationId,
  finishUpload,
  getMedia,
  isMember,
  type Media,
  type MediaId,
  mayReadMedia,
  openDownload,
  openUpload,
  type UserId,
} from '@storm/contracts';
import { type RunningMinio, startMinio } from '@storm/devstack';
import { type Bus, defineDoor, Problem, serveQuery } from '@storm/runtime';
import { createTestLogger } from '@storm/testing';
import { Client } from 'minio';
import { uuidv7 } from 'uuidv7';

export interface TestMedia {
  readonly store: RunningMinio;
  readonly objects: Client;
  readonly aborted: string[];
  /** So many of the next questions are answered with 503. */
  readonly away: { finish: number; abort: number };
  /** How often a URL to read from was asked for. */
  opened: number;
  urlLifetimeSeconds: number;
  join(userId: UserId, conversationId: ConversationId): void;
  addFile(conversationId: ConversationId, bytes: Buffer, status?: Media['status']): Promise<MediaId>;
  /** Bytes of an object as they lie in the store. */
  read(mediaId: string): Promise<Buffer>;
  stop(): Promise<void>;
}

const bucket = 'media';
const problem = (slug: string, status: number) =>
  new Problem(slug, { status, title: slug, retryable: false });

const unavailable = (): Problem =>
  new Problem('service-unavailable', { status: 503, title: 'away', retryable: true });

/** Presigns for a real object store as the media service does, without what it does with the bytes afterwards. */
export async function serveMedia(bus: Bus): Promise<TestMedia> {
  const store = await startMinio();
  const { accessKey, secretKey, host, port } = store;
  const objects = new Client({
    endPoint: host,
    port,
    useSSL: false,
    accessKey,
    secretKey,
    region: 'us-east-1',
  });
  await objects.makeBucket(bucket);
  const files = new Map<string, Media>();
  const members = new Set<string>();
  const media: TestMedia = {
    store,
    objects,
    aborted: [],
    away: { finish: 0, abort: 0 },
    opened: 0,
    urlLifetimeSeconds: 600,
    join: (userId, conversationId) => void members.add(`${userId} ${conversationId}`),
    async addFile(conversationId, bytes, status = 'ready') {
      const id = uuidv7() as MediaId;
      await objects.putObject(bucket, id, bytes, bytes.length);
      files.set(id, describe(id, conversationId, uuidv7() as UserId, bytes.length, status));
      return id;
    },
    async read(mediaId) {
      const chunks: Buffer[] = [];
      for await (const chunk of await objects.getObject(bucket, mediaId)) chunks.push(chunk as Buffer);
      return Buffer.concat(chunks);
    },
    stop: () => store.stop(),
  };
  const get = (mediaId: string): Media => {
    const file = files.get(mediaId);
    if (file === undefined) throw problem('media-not-found', 404);
    return file;
  };
  const log = createTestLogger();
  const { connection } = bus;
  serveQuery(
    connection,
    'message',
    defineDoor(mayReadMedia, async () => ({ mayRead: false })),
    log,
  );
  serveQuery(
    connection,
    'message',
    defineDoor(isMember, async ({ userId, conversationId }) => ({
      isMember: members.has(`${userId} ${conversationId}`),
    })),
    log,
  );
  serveQuery(
    connection,
    'media',
    defineDoor(openUpload, async ({ userId, conversationId, bytes }) => {
      const mediaId = uuidv7() as MediaId;
      files.set(mediaId, describe(mediaId, conversationId, userId, bytes, 'processing'));
      return { mediaId, url: await objects.presignedPutObject(bucket, mediaId, 600), headers: {} };
    }),
    log,
  );
  serveQuery(
    connection,
    'media',
    defineDoor(finishUpload, async ({ mediaId }) => {
      if (media.away.finish-- > 0) throw unavailable();
      const { size } = await objects.statObject(bucket, mediaId);
      if (size !== get(mediaId).bytes) throw problem('upload-incomplete', 422);
      return get(mediaId);
    }),
    log,
  );
  serveQuery(
    connection,
    'media',
    defineDoor(abortUpload, async ({ mediaId }) => {
      if (media.away.abort-- > 0) throw unavailable();
      media.aborted.push(mediaId);
      return { aborted: files.delete(mediaId) };
    }),
    log,
  );
  serveQuery(
    connection,
    'media',
    defineDoor(getMedia, async ({ mediaId }) => get(mediaId)),
    log,
  );
  serveQuery(
    connection,
    'media',
    defineDoor(openDownload, async ({ mediaId, variant }) => {
      const file = get(mediaId);
      if (file.status === 'processing') throw problem('media-processing', 409);
      if (variant === 'thumbnail') throw problem('no-thumbnail', 404);
      media.opened++;
      const expiresAt = new Date(Date.now() + media.urlLifetimeSeconds * 1_000).toISOString();
      const url = await objects.presignedGetObject(bucket, mediaId, media.urlLifetimeSeconds);
      const headers = { 'content-type': 'image/png', 'cache-control': 'private', etag: '"ours"' };
      return { media: file, url, headers, expiresAt };
    }),
    log,
  );
  await connection.flush();
  return media;
}

function describe(
  id: MediaId,
  conversationId: ConversationId,
  ownerId: UserId,
  bytes: number,
  status: Media['status'],
): Media {
  const known = {
    name: 'a.png',
    kind: 'image',
    contentType: 'image/png',
    createdAt: new Date().toISOString(),
  } as const;
  const unknown = { sha256: null, width: null, height: null, blurhash: null, hasThumbnail: false };
  return { id, conversationId, ownerId, bytes, status, ...known, ...unknown };
}
