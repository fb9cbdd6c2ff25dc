import type { ConversationId, MediaId, UserId } from '@storm/contracts';
import { problems } from '../problems.ts';
import { createResolveAttachments, type FindMedia } from './resolve-attachments.ts';

/** @throws Problem `unknown-media` or `not-a-picture` */
export type CheckPicture = (
  userId: UserId,
  conversationId: ConversationId,
  mediaId: MediaId,
) => Promise<void>;

/** A group's picture is what one of those who may change it has uploaded there. */
export const createCheckPicture = (findMedia: FindMedia): CheckPicture => {
  const resolve = createResolveAttachments(findMedia);
  return async (userId, conversationId, mediaId) => {
    const [picture] = await resolve(userId, conversationId, [mediaId]);
    if (!picture?.contentType.startsWith('image/')) throw problems['not-a-picture']();
  };
};
