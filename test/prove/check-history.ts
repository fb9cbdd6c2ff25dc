/** A send as its sender saw it: `ok` when acknowledged as committed, `unknown` when the answer never came. */
export interface SendRecord {
  conversationId: string;
  senderId: string;
  key: string;
  outcome: 'ok' | 'unknown';
  seq?: number;
  id?: string;
}

/** A message as the database has it, or as a socket was given it. */
export interface SeenMessage {
  conversationId: string;
  senderId: string;
  key: string;
  seq: number;
  id: string;
}

export interface Verdict {
  sent: number;
  acknowledged: number;
  stored: number;
  /** Acknowledged and not stored, or stored as something else than was acknowledged. */
  lost: number;
  /** Keys stored more than once. */
  duplicated: number;
  /** Stored without having been sent. */
  phantom: number;
  /** A sender's message that stands before one that the same sender had acknowledged earlier. */
  inverted: number;
  /** Conversations whose sequence is not 1, 2, 3, … */
  gaps: number;
  /** Stored messages that a receiver was never given. */
  missed: number;
}

const place = (one: { conversationId: string; senderId: string; key: string }): string =>
  `${one.conversationId} ${one.senderId} ${one.key}`;

/**
 * Compares what senders were told, what the database holds and what receivers were given.
 * @param sends of each sender in the order in which that sender sent, one after the other.
 * @param received by receiver: the conversations it is in, and what its sockets were given in all.
 */
export function checkHistory(
  sends: readonly SendRecord[],
  stored: readonly SeenMessage[],
  received: readonly { conversationIds: readonly string[]; messages: readonly SeenMessage[] }[],
): Verdict {
  const storedByPlace = groupBy(stored, place);
  const sentPlaces = new Set(sends.map(place));
  const acknowledged = sends.filter((one) => one.outcome === 'ok');

  const lost = acknowledged.filter((one) => {
    const kept = storedByPlace.get(place(one)) ?? [];
    return !kept.some((row) => row.seq === one.seq && row.id === one.id);
  }).length;

  const lastSeq = new Map<string, number>();
  let inverted = 0;
  for (const one of acknowledged) {
    const lane = `${one.conversationId} ${one.senderId}`;
    if ((one.seq ?? 0) <= (lastSeq.get(lane) ?? 0)) inverted++;
    lastSeq.set(lane, one.seq ?? 0);
  }

  const byConversation = groupBy(stored, (one) => one.conversationId);
  const gaps = [...byConversation.values()].filter((rows) => {
    const seqs = rows.map((row) => row.seq).sort((a, b) => a - b);
    return seqs.some((seq, index) => seq !== index + 1);
  }).length;

  let missed = 0;
  for (const { conversationIds, messages } of received) {
    const given = new Set(messages.map((one) => one.id));
    for (const id of conversationIds) {
      missed += (byConversation.get(id) ?? []).filter((one) => !given.has(one.id)).length;
    }
  }
  return {
    sent: sends.length,
    acknowledged: acknowledged.length,
    stored: stored.length,
    lost,
    duplicated: [...storedByPlace.values()].filter((rows) => rows.length > 1).length,
    phantom: stored.filter((one) => !sentPlaces.has(place(one))).length,
    inverted,
    gaps,
    missed,
  };
}

function groupBy<T>(values: readonly T[], keyOf: (value: T) => string): Map<string, T[]> {
  const groups = new Map<string, T[]>();
  for (const value of values) groups.set(keyOf(value), [...(groups.get(keyOf(value)) ?? []), value]);
  return groups;
}

/** Faults that must all be 0. */
export const faultsOf = ({ lost, duplicated, phantom, inverted, gaps, missed }: Verdict) => ({
  lost,
  duplicated,
  phantom,
  inverted,
  gaps,
  missed,
});

export const printVerdict = (name: string, verdict: Verdict): string =>
  `${name}: ${Object.entries(verdict)
    .map(([fault, count]) => `${fault} ${count}`)
    .join(', ')}: ${Object.values(faultsOf(verdict)).every((count) => count === 0) ? 'PASS' : 'FAIL'}`;
