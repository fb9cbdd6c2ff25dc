import { type MediaId, type ProcessMedia, processMediaSubject } from '@storm/contracts';
import type { Publisher } from '@storm/runtime';

export type RequestProcessing = (mediaId: MediaId) => Promise<void>;

/** Leaves the job; asked for twice in two minutes, the stream keeps one, and twice processed is the same as once. */
export const createRequestProcessing =
  (publisher: Publisher): RequestProcessing =>
  async (mediaId) => {
    const job: ProcessMedia = { mediaId };
    const bytes = Buffer.from(JSON.stringify(job));
    await publisher.publish(processMediaSubject(mediaId), bytes, { 'Nats-Msg-Id': mediaId });
  };
