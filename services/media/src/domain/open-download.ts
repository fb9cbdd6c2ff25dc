import { type Answer, openDownload as contract, type Question } from '@storm/contracts';
import { problems } from '../problems.ts';
import type { MediaStore } from '../store/media-store.ts';
import type { ObjectStore } from '../store/object-store.ts';
import { downloadHeaders } from './download-headers.ts';
import { objectKeys } from './object-keys.ts';

export type OpenDownload = (question: Question<typeof contract>) => Promise<Answer<typeof contract>>;

/** Only what processing wrote is ever served: the upload itself may still carry where a photo was taken. */
export const createOpenDownload =
  ({ media, objects }: { media: MediaStore; objects: ObjectStore }): OpenDownload =>
  async ({ mediaId, variant }) => {
    const found = (await media.find(mediaId))?.record.media;
    if (found === undefined) throw problems['media-not-found']();
    if (found.status === 'processing') throw problems['media-processing']({ retryAfterMs: 500 });
    if (found.status === 'failed') throw problems['media-failed']();
    if (variant === 'thumbnail' && !found.hasThumbnail) throw problems['no-thumbnail']();
    const { url, expiresAt } = await objects.presignGet(objectKeys[variant](mediaId));
    return {
      media: found,
      url,
      headers: downloadHeaders(found, variant),
      expiresAt: expiresAt.toISOString(),
    };
  };
