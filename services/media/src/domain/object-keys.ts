import type { MediaId } from '@storm/contracts';

/** Uploads that nobody has looked at yet; the store's lifecycle rule empties it. */
export const incomingPrefix = 'incoming/';

export const objectKeys = {
  incoming: (mediaId: MediaId): string => `${incomingPrefix}${mediaId}`,
  original: (mediaId: MediaId): string => `media/${mediaId}/original`,
  thumbnail: (mediaId: MediaId): string => `media/${mediaId}/thumbnail`,
} as const;
