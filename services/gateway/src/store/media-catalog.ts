import type { Answer, Media, MediaId, openDownload } from '@storm/contracts';

export type Download = Answer<typeof openDownload>;
export type Variant = 'original' | 'thumbnail';

export interface MediaCatalog {
  find(mediaId: MediaId): Promise<Media | null>;
  /** A URL that can still be read from for some time. @throws Problem when there are no such bytes, or not yet. */
  getDownload(mediaId: MediaId, variant: Variant): Promise<Download>;
  /** The URL did not serve: the next `getDownload` asks anew. */
  forgetDownload(mediaId: MediaId, variant: Variant): void;
}
