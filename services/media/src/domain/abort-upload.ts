import type { MediaId, UserId } from '@storm/contracts';
import type { MediaStore } from '../store/media-store.ts';
import type { ObjectStore } from '../store/object-store.ts';
import type { SlotStore } from '../store/slot-store.ts';
import { objectKeys } from './object-keys.ts';

export type AbortUpload = (userId: UserId, mediaId: MediaId) => Promise<boolean>;

/** Forgets an open upload of this user. @returns false when there is none, or when it is finished already. */
export const createAbortUpload =
  ({ media, slots, objects }: { media: MediaStore; slots: SlotStore; objects: ObjectStore }): AbortUpload =>
  async (userId, mediaId) => {
    const slot = await slots.find(userId, mediaId);
    if (slot === null || (await media.find(mediaId)) !== null) return false;
    // First: while the object store is away its user must not run out of slots. What stays there, its lifecycle rule sweeps.
    await slots.close(userId, mediaId);
    await objects.remove(objectKeys.incoming(mediaId));
    return true;
  };
