import { type MarkRead, maxMembersWithReceipts, readMarked } from '@storm/contracts';
import { problems } from '../problems.ts';
import type { MessageStore } from '../store/message-store.ts';
import type { CommandOutcome } from './command.ts';
import { moved } from './mark-delivered.ts';
import { done, happened, refused } from './outcomes.ts';

/** Moves the watermarks of a batch in one round trip; a user's other devices hear of it, and the others where receipts are shown. */
export async function markReadBatch(
  store: MessageStore,
  commands: readonly MarkRead[],
): Promise<CommandOutcome[]> {
  const watermarks = await store.markRead(commands);
  const byMember = new Map(watermarks.map((mark) => [`${mark.conversationId}:${mark.userId}`, mark]));
  return commands.map(({ conversationId, userId }) => {
    const mark = byMember.get(`${conversationId}:${userId}`);
    if (mark === undefined) return refused(problems['conversation-not-found']());
    const unread = mark.lastSeq - mark.readSeq;
    const data = { conversationId, seq: mark.readSeq, unread };
    const id = `read:${conversationId}:${userId}:${mark.readSeq}:${unread}`;
    const events = [happened(readMarked, userId, id, data)];
    if (mark.memberCount <= maxMembersWithReceipts) events.push(moved(mark));
    return done({ seq: mark.readSeq, unread }, events);
  });
}
