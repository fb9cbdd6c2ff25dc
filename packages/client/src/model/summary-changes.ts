import type { ConversationSummary, Message, UserId } from '@storm/contracts';
import type { EventDataOf } from '../event-hub.ts';

/** What each event makes of a conversation in the list. Every function gives the same object back when nothing changes. */

export function withMessage(
  summary: ConversationSummary,
  message: Message,
  selfId: UserId,
): ConversationSummary {
  if (message.seq <= summary.lastSeq && summary.lastMessage !== null) return summary;
  const lastSeq = Math.max(summary.lastSeq, message.seq);
  // Who writes has read what stands before it; the platform moves the watermark in the same statement.
  const readSeq = message.senderId === selfId ? Math.max(summary.readSeq, message.seq) : summary.readSeq;
  return { ...summary, lastSeq, readSeq, unread: lastSeq - readSeq, lastMessage: message };
}

export function withRead(summary: ConversationSummary, seq: number): ConversationSummary {
  if (seq <= summary.readSeq) return summary;
  const readSeq = Math.min(seq, summary.lastSeq);
  return { ...summary, readSeq, unread: summary.lastSeq - readSeq };
}

/** Somebody who joins has nothing unread: what was said before is history. */
export function joined(
  event: EventDataOf<'conversation-joined.v1'>,
  peerId: UserId | null,
): ConversationSummary {
  const { conversationId: id, kind, name, role, lastSeq } = event;
  return { id, kind, name, role, peerId, lastSeq, readSeq: lastSeq, unread: 0, lastMessage: null };
}
