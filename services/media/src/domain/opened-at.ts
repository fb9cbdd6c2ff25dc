import type { MediaId } from '@storm/contracts';

/** A UUIDv7 begins with its 48 bits of Unix time, so an id alone tells how old its slot is. */
export const openedAtMs = (mediaId: MediaId): number =>
  Number.parseInt(mediaId.replaceAll('-', '').slice(0, 12), 16);
