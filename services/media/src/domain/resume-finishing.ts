import type { MediaStore } from '../store/media-store.ts';
import type { SlotStore } from '../store/slot-store.ts';
import type { RequestProcessing } from './request-processing.ts';

/**
 * Ends what a crash interrupted between record and job: a slot whose file is recorded. Without this the file would
 * stay in processing for ever when nobody asks to finish it again.
 * @returns how many there were.
 */
export async function resumeFinishing(deps: {
  media: MediaStore;
  slots: SlotStore;
  requestProcessing: RequestProcessing;
}): Promise<number> {
  const { media, slots, requestProcessing } = deps;
  let resumed = 0;
  for (const { userId, mediaId } of await slots.listAll()) {
    const stored = await media.find(mediaId);
    if (stored === null) continue;
    if (stored.record.media.status === 'processing') await requestProcessing(mediaId);
    await slots.close(userId, mediaId);
    resumed++;
  }
  return resumed;
}
