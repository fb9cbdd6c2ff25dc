import type { Conversation, ConversationSummary, Message, UserId } from '@storm/contracts';

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

/** How a message stands now, where the list shows it. */
export function withChangedMessage(summary: ConversationSummary, message: Message): ConversationSummary {
  const { lastMessage } = summary;
  if (lastMessage?.seq !== message.seq) return summary;
  const lasting = newerOf(lastMessage, message);
  return lasting === lastMessage ? summary : { ...summary, lastMessage: lasting };
}

/** Of two states of one message the later; what its reader has hidden stays hidden. */
export function newerOf(held: Message, other: Message): Message {
  if ((other.revision ?? 0) <= (held.revision ?? 0)) return held;
  return held.hidden ? hiddenOf(other) : other;
}

/** A message as the platform gives it to who has deleted it for themselves: its place, and nothing that it said. */
export function hiddenOf(message: Message): Message {
  const { id, conversationId, seq, senderId, key, storedAt, revision } = message;
  const place = { id, conversationId, seq, senderId, key, text: '', attachments: [], storedAt };
  return { ...place, ...(revision !== undefined && { revision }), hidden: true };
}

/** The conversation has changed so often; never back. */
export const atRevision = <T extends { revision: number }>(before: T, revision: number | undefined): T =>
  revision === undefined || revision <= before.revision ? before : { ...before, revision };

export function withRead(summary: ConversationSummary, seq: number): ConversationSummary {
  if (seq <= summary.readSeq) return summary;
  const readSeq = Math.min(seq, summary.lastSeq);
  return { ...summary, readSeq, unread: summary.lastSeq - readSeq };
}

/** A conversation as who has just created it knows it, before anybody has said anything there. */
export function summaryOf(conversation: Conversation, selfId: UserId): ConversationSummary {
  const { id, kind, name, pictureId, members, memberCount, createdAt, lastSeq, revision } = conversation;
  const other = members.find(({ userId }) => userId !== selfId)?.userId ?? null;
  return {
    id,
    kind,
    name,
    pictureId,
    role: members.find(({ userId }) => userId === selfId)?.role ?? 'member',
    peerId: kind === 'direct' ? other : null,
    memberCount,
    createdAt,
    lastSeq,
    readSeq: lastSeq,
    unread: 0,
    revision,
    settings: { mutedUntil: null, pinnedAt: null, revision: 0 },
    lastMessage: null,
  };
}
