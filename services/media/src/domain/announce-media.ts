import { eventHeaders, eventSubject, mediaProcessed } from '@storm/contracts';
import type { Publisher } from '@storm/runtime';
import type { MediaRecord } from './media-record.ts';

export type AnnounceMedia = (record: MediaRecord) => Promise<void>;

/** Tells the conversation. The id is the file's and its status, so that a repeat is the same event. */
export const createAnnounceMedia =
  (publisher: Publisher): AnnounceMedia =>
  async ({ media, processedAt }) => {
    const headers = eventHeaders(
      mediaProcessed,
      `${media.id}:${media.status}`,
      processedAt ?? media.createdAt,
    );
    const bytes = Buffer.from(JSON.stringify(media));
    await publisher.publish(eventSubject(mediaProcessed, media.conversationId), bytes, headers);
  };
