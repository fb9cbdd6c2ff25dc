import type { MediaId, UserId } from '@storm/contracts';
import type { UploadSlot } from '../domain/upload-slot.ts';

/** Open uploads. Every call throws `service-unavailable` when the store cannot be reached or is full. */
export interface SlotStore {
  open(slot: UploadSlot): Promise<void>;
  find(userId: UserId, mediaId: MediaId): Promise<UploadSlot | null>;
  /** Nothing happens when there is none. */
  close(userId: UserId, mediaId: MediaId): Promise<void>;
  /** The slots of one user that are held, expired ones included. */
  list(userId: UserId): Promise<MediaId[]>;
  /** Everybody's. */
  listAll(): Promise<UploadSlot[]>;
}
