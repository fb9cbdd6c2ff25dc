import type { ConversationId, Media, UserId } from '@storm/contracts';
import { problems } from '../problems.ts';

export type IsMember = (userId: UserId, conversationId: ConversationId) => Promise<boolean>;

/** @throws Problem `not-found`: who may not know of a thing is told the same as if it did not exist. */
export async function checkMember(
  isMember: IsMember,
  userId: UserId,
  conversationId: ConversationId,
): Promise<void> {
  if (!(await isMember(userId, conversationId))) throw problems['not-found']();
}

/** Files are for the members of their conversation. */
export async function checkMediaAccess(
  isMember: IsMember,
  userId: UserId,
  media: Media | null,
): Promise<Media> {
  if (media === null) throw problems['not-found']();
  await checkMember(isMember, userId, media.conversationId);
  return media;
}
