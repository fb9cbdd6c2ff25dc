import type { Attachment, ConversationId, Media, MediaId, UserId } from '@storm/contracts';
import { problems } from '../problems.ts';

export type FindMedia = (mediaId: MediaId) => Promise<Media | null>;
export type ResolveAttachments = (
  senderId: UserId,
  conversationId: ConversationId,
  mediaIds: readonly MediaId[],
) => Promise<Attachment[]>;

/** A message may carry what its sender uploaded into the same conversation, nothing else. */
export const createResolveAttachments =
  (findMedia: FindMedia): ResolveAttachments =>
  async (senderId, conversationId, mediaIds) => {
    const found = await Promise.all(mediaIds.map(findMedia));
    return found.map((media, index) => {
      const isUsable =
        media !== null &&
        media.conversationId === conversationId &&
        media.ownerId === senderId &&
        media.status !== 'failed';
      if (!isUsable) throw problems['unknown-media']({ detail: `media ${mediaIds[index]}` });
      return { mediaId: media.id, name: media.name, contentType: media.contentType, bytes: media.bytes };
    });
  };
