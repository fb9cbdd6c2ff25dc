import type { ConversationId, Media, MediaId, UserId } from '@storm/contracts';
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

/** Whether a file came to somebody in a forwarded message. */
export type IsForwardedTo = (userId: UserId, mediaId: MediaId) => Promise<boolean>;

export interface MediaRights {
  readonly isMember: IsMember;
  readonly isForwardedTo: IsForwardedTo;
}

/** Files are for the members of their conversation, and of those that they were forwarded to. */
export async function checkMediaAccess(
  { isMember, isForwardedTo }: MediaRights,
  userId: UserId,
  media: Media | null,
): Promise<Media> {
  if (media === null) throw problems['not-found']();
  if (await isMember(userId, media.conversationId)) return media;
  if (await isForwardedTo(userId, media.id)) return media;
  throw problems['not-found']();
}
