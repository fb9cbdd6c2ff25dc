import type { MediaId, UserId } from '@storm/contracts';
import type { Bus } from '@storm/runtime';
import type { UploadSlot } from '../domain/upload-slot.ts';
import { createKvBucket, type KvBucket } from './kv-bucket.ts';
import type { SlotStore } from './slot-store.ts';

const maxBytes = 8 * 1_048_576;
/** Longer than a slot lives: an interrupted `finishUpload` is still found after a day of standstill. */
const ttlMs = 24 * 60 * 60_000;

const keyOf = (userId: UserId, mediaId: MediaId): string => `${userId}.${mediaId}`;

/** By user and then by file, so that a user's slots are found by name and another user's cannot be reached. */
export function createSlotStore(bus: Bus, replicas = 1): SlotStore & Pick<KvBucket, 'prepare'> {
  const bucket = createKvBucket(bus, 'media-slots', {
    max_bytes: maxBytes,
    maxValueSize: 4_096,
    ttl: ttlMs,
    replicas,
  });
  const read = (key: string): Promise<UploadSlot | null> =>
    bucket.use(async (kv) => {
      const entry = await kv.get(key);
      return entry?.operation === 'PUT' ? entry.json<UploadSlot>() : null;
    });
  return {
    prepare: bucket.prepare,
    open: (slot) =>
      bucket.use(async (kv) => {
        await kv.create(keyOf(slot.userId, slot.mediaId), JSON.stringify(slot));
      }),
    find: (userId, mediaId) => read(keyOf(userId, mediaId)),
    close: (userId, mediaId) => bucket.erase(keyOf(userId, mediaId)),
    list: async (userId) =>
      (await bucket.keys(`${userId}.*`)).map((key) => key.slice(userId.length + 1) as MediaId),
    async listAll() {
      const slots: UploadSlot[] = [];
      for (const key of await bucket.keys('>')) {
        const slot = await read(key);
        if (slot !== null) slots.push(slot);
      }
      return slots;
    },
  };
}
