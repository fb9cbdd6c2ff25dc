import type { ConversationId, MediaId, UserId } from '@storm/contracts';

/** A promise to take one file, from `openUpload` until it is finished, aborted or expired. */
export interface UploadSlot {
  mediaId: MediaId;
  userId: UserId;
  conversationId: ConversationId;
  name: string;
  contentType: string;
  bytes: number;
  /** RFC 3339. */
  openedAt: string;
  expiresAt: string;
}

export const slotLifetimeMs = 60 * 60_000;
export const maxOpenSlotsPerUser = 16;
