import { getMedia } from '@storm/contracts';
import { defineDoor } from '@storm/runtime';
import { problems } from '../problems.ts';
import type { MediaStore } from '../store/media-store.ts';

export const serveGetMedia = (media: MediaStore) =>
  defineDoor(getMedia, async ({ mediaId }) => {
    const stored = await media.find(mediaId);
    if (stored === null) throw problems['media-not-found']();
    return stored.record.media;
  });
