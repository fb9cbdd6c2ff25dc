import type { Bus } from '@storm/runtime';
import type { MediaRecord } from '../domain/media-record.ts';
import { createKvBucket, type KvBucket } from './kv-bucket.ts';
import type { MediaStore } from './media-store.ts';

/** Some 80,000 files: more than a MinIO volume of 2 GiB holds, and what the NATS volume has room for. */
const maxBytes = 64 * 1_048_576;

export function createMediaStore(bus: Bus, replicas = 1): MediaStore & Pick<KvBucket, 'prepare'> {
  const bucket = createKvBucket(bus, 'media', { max_bytes: maxBytes, maxValueSize: 16_384, replicas });
  return {
    prepare: bucket.prepare,
    find: (mediaId) =>
      bucket.use(async (kv) => {
        const entry = await kv.get(mediaId);
        return entry?.operation === 'PUT'
          ? { record: entry.json<MediaRecord>(), revision: entry.revision }
          : null;
      }),
    create: (record) => bucket.tryWrite((kv) => kv.create(record.media.id, JSON.stringify(record))),
    replace: (record, revision) =>
      bucket.tryWrite((kv) => kv.update(record.media.id, JSON.stringify(record), revision)),
  };
}
