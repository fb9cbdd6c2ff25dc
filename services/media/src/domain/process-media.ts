import type { Media, MediaId } from '@storm/contracts';
import type { Logger } from '@storm/runtime';
import type { MediaStore } from '../store/media-store.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { AnnounceMedia } from './announce-media.ts';
import type { MediaRecord } from './media-record.ts';
import { objectKeys } from './object-keys.ts';
import type { Treated, TreatUpload } from './treat-upload.ts';

/** `attempt` counts deliveries, from 1. */
export type ProcessMedia = (mediaId: MediaId, attempt: number) => Promise<Media['status'] | null>;

/** A file that ended this service so often, without a word, is left alone. */
export const maxAttempts = 8;

/**
 * Brings a recorded upload to its end: bytes, then record, then event, then the upload itself is removed. Each part
 * may be done again.
 * @returns how the file stands, null when there is none.
 */
export function createProcessMedia(deps: {
  media: MediaStore;
  objects: ObjectStore;
  treat: TreatUpload;
  announce: AnnounceMedia;
  log: Logger;
}): ProcessMedia {
  const { media, objects, treat, announce, log } = deps;

  const settle = async (record: MediaRecord): Promise<Media['status']> => {
    const { id, status } = record.media;
    if (status === 'failed') {
      await objects.remove(objectKeys.original(id));
      await objects.remove(objectKeys.thumbnail(id));
    }
    await announce(record);
    // After we gave up, someone may still want to look at what it was; the lifecycle rule ends that.
    if (record.failure !== 'gave-up') await objects.remove(objectKeys.incoming(id));
    return status;
  };

  return async (mediaId, attempt) => {
    for (;;) {
      const stored = await media.find(mediaId);
      if (stored === null) return null;
      if (stored.record.media.status !== 'processing') return settle(stored.record);
      const treated: Treated = attempt > maxAttempts ? { failure: 'gave-up' } : await treat(stored.record);
      const ended = endOf(stored.record, treated);
      if (ended.failure !== null) log.warn({ mediaId, reason: ended.failure }, 'a file failed');
      // Another replica may have been faster; then its record is the one.
      if (await media.replace(ended, stored.revision)) return settle(ended);
    }
  };
}

function endOf(record: MediaRecord, treated: Treated): MediaRecord {
  const processedAt = new Date().toISOString();
  if ('failure' in treated) {
    const media: Media = { ...record.media, status: 'failed' };
    return { ...record, media, processedAt, failure: treated.failure };
  }
  return { ...record, media: { ...record.media, ...treated, status: 'ready' }, processedAt };
}
