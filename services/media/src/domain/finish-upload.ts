import type { Media, MediaId, UserId } from '@storm/contracts';
import { Problem } from '@storm/runtime';
import { problems } from '../problems.ts';
import type { MediaStore } from '../store/media-store.ts';
import type { ObjectStore, StoredObject } from '../store/object-store.ts';
import type { SlotStore } from '../store/slot-store.ts';
import { classifyUpload } from './classify-upload.ts';
import type { MediaRecord } from './media-record.ts';
import { objectKeys } from './object-keys.ts';
import type { RequestProcessing } from './request-processing.ts';
import { sniffType } from './sniff-type.ts';
import type { UploadSlot } from './upload-slot.ts';

export type FinishUpload = (userId: UserId, mediaId: MediaId) => Promise<Media>;

/** What the sniffer wants to see; documents in ZIP wrappers tell themselves only after some entries. */
const sniffedBytes = 16_384;

/**
 * Checks what arrived, records it, leaves the job. Idempotent: once the record exists it is the answer. The slot goes
 * last: one that is still there with a record tells that the job may be missing (`resumeFinishing`).
 */
export function createFinishUpload(deps: {
  media: MediaStore;
  slots: SlotStore;
  objects: ObjectStore;
  requestProcessing: RequestProcessing;
}): FinishUpload {
  const { media, slots, objects, requestProcessing } = deps;

  const refuse = async (slot: UploadSlot, problem: Problem): Promise<never> => {
    await objects.remove(objectKeys.incoming(slot.mediaId));
    await slots.close(slot.userId, slot.mediaId);
    throw problem;
  };
  const examine = async (slot: UploadSlot): Promise<MediaRecord> => {
    const key = objectKeys.incoming(slot.mediaId);
    const object = await objects.stat(key);
    if (object === null) throw problems['upload-incomplete']({ detail: 'no bytes have arrived' });
    if (object.bytes !== slot.bytes) {
      const detail = `announced ${slot.bytes} bytes, got ${object.bytes}`;
      return refuse(slot, problems['upload-incomplete']({ detail }));
    }
    const head = await objects.readFirst(key, sniffedBytes);
    const sniffed = await sniffType(head);
    try {
      return toRecord(slot, object, classifyUpload(slot.contentType, sniffed, head));
    } catch (error) {
      if (error instanceof Problem) return refuse(slot, error);
      throw error;
    }
  };

  return async (userId, mediaId) => {
    const slot = await slots.find(userId, mediaId);
    const finished = await media.find(mediaId);
    if (finished !== null) {
      if (finished.record.media.ownerId !== userId) throw problems['upload-not-found']();
      if (slot !== null) await settle(finished.record.media);
      return finished.record.media;
    }
    if (slot === null) throw problems['upload-not-found']();
    if (Date.parse(slot.expiresAt) < Date.now()) return refuse(slot, problems['upload-not-found']());
    const record = await examine(slot);
    const isOurs = await media.create(record);
    const kept = isOurs ? record : (await media.find(mediaId))?.record;
    if (kept === undefined) throw problems['upload-not-found']();
    await settle(kept.media);
    return kept.media;
  };

  async function settle({ id, ownerId, status }: Media): Promise<void> {
    if (status === 'processing') await requestProcessing(id);
    await slots.close(ownerId, id);
  }
}

function toRecord(
  slot: UploadSlot,
  object: StoredObject,
  { kind, contentType, treatment }: ReturnType<typeof classifyUpload>,
): MediaRecord {
  return {
    media: {
      id: slot.mediaId,
      conversationId: slot.conversationId,
      ownerId: slot.userId,
      name: slot.name,
      kind,
      contentType,
      bytes: object.bytes,
      status: 'processing',
      sha256: null,
      width: null,
      height: null,
      blurhash: null,
      hasThumbnail: false,
      createdAt: slot.openedAt,
    },
    treatment,
    isClaimedImage: slot.contentType.startsWith('image/'),
    etag: object.etag,
    processedAt: null,
    failure: null,
  };
}
