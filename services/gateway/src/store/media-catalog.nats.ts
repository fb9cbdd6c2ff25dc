import { getMedia, type Media, type MediaId, openDownload } from '@storm/contracts';
import { type Bus, Problem, request } from '@storm/runtime';
import { createLruMap } from './lru-map.ts';
import type { Download, MediaCatalog } from './media-catalog.ts';

const maxKept = 1_000;
/** A download that begins just before its URL expires must still be let in. */
const marginMs = 10_000;

/** What the media service says of files. Only files that no longer change are kept. */
export function createMediaCatalog(bus: Bus): MediaCatalog {
  const files = createLruMap<MediaId, Media>(maxKept);
  const downloads = createLruMap<string, Download>(maxKept);
  return {
    async find(mediaId) {
      const known = files.get(mediaId);
      if (known !== undefined) return known;
      const media = await orNull(request(bus, getMedia, { mediaId }));
      if (media?.status === 'ready') files.set(mediaId, media);
      return media;
    },
    async getDownload(mediaId, variant) {
      const key = `${variant}:${mediaId}`;
      const known = downloads.get(key);
      if (known !== undefined && Date.parse(known.expiresAt) - marginMs > Date.now()) return known;
      const download = await request(bus, openDownload, { mediaId, variant });
      if (download.media.status === 'ready') downloads.set(key, download);
      return download;
    },
    forgetDownload: (mediaId, variant) => downloads.delete(`${variant}:${mediaId}`),
  };
}

async function orNull<T>(answer: Promise<T>): Promise<T | null> {
  try {
    return await answer;
  } catch (error) {
    if (error instanceof Problem && error.status === 404) return null;
    throw error;
  }
}
