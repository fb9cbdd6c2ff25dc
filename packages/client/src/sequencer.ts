import type { ConversationId, Message, StormEvent } from '@storm/contracts';
import { type CursorLedger, createCursorLedger, type LedgerEntry } from './cursor-ledger.ts';

interface Held {
  readonly event: StormEvent;
  readonly entry: LedgerEntry | undefined;
}

interface Lane {
  lastSeq: number | undefined;
  /** What came after a gap, in the order it came. */
  held: Held[];
  filling: boolean;
}

export interface SequencerDeps {
  deliver(event: StormEvent): void;
  /** History after a sequence, ascending. Tries again by itself; rejects only when the conversation cannot be read any more. */
  fetchAfter(conversationId: ConversationId, afterSeq: number, limit: number): Promise<readonly Message[]>;
  onCursor(cursor: string): void;
  /** More waits or is missing than is sensible to hold: fetch the state, then `restart`. */
  onOverflow(): void;
  maxHeld?: number;
}

/** Gives events on in order and once: by the dense sequence of each conversation, filling gaps from history. */
export interface Sequencer {
  push(event: StormEvent, cursor: string): void;
  /** A place in the stream without an event. */
  pass(cursor: string): void;
  /** Begins anew from a fetched state: everything up to each `lastSeq` is known. */
  restart(conversations: readonly { id: ConversationId; lastSeq: number }[]): void;
}

export function createSequencer(deps: SequencerDeps): Sequencer {
  const { maxHeld = 2_000 } = deps;
  const ledger: CursorLedger = createCursorLedger(deps.onCursor);
  let lanes = new Map<string, Lane>();
  let heldCount = 0;

  const laneOf = (conversationId: string): Lane => {
    let lane = lanes.get(conversationId);
    if (lane === undefined) {
      lane = { lastSeq: undefined, held: [], filling: false };
      lanes.set(conversationId, lane);
    }
    return lane;
  };
  const give = ({ event, entry }: Held): void => {
    deps.deliver(event);
    if (entry !== undefined) ledger.settle(entry);
  };
  const drop = ({ entry }: Held): void => {
    if (entry !== undefined) ledger.settle(entry);
  };

  /** @returns false when the message is ahead of its turn. */
  function giveMessage(lane: Lane, seq: number, held: Held, acceptGap: boolean): boolean {
    const { lastSeq } = lane;
    if (lastSeq !== undefined && seq <= lastSeq) drop(held);
    else if (lastSeq !== undefined && seq > lastSeq + 1 && !acceptGap) return false;
    else {
      lane.lastSeq = seq;
      give(held);
    }
    return true;
  }

  function giveOrdered(lane: Lane, conversationId: ConversationId, held: Held, acceptGap = false): boolean {
    const { event } = held;
    switch (event.type) {
      case 'message-stored.v1':
        return giveMessage(lane, event.data.seq, held, acceptGap);
      case 'conversation-joined.v1':
        lane.lastSeq = Math.max(lane.lastSeq ?? 0, event.data.lastSeq);
        give(held);
        return true;
      case 'conversation-left.v1':
        lane.lastSeq = undefined;
        if (lane.held.length === 0) lanes.delete(conversationId);
        give(held);
        return true;
      default:
        give(held);
        return true;
    }
  }

  /** What was known is not to be trusted; until `restart`, the owner keeps new events back. */
  function overflow(): void {
    forget();
    deps.onOverflow();
  }

  function forget(): void {
    lanes = new Map();
    heldCount = 0;
    ledger.clear();
  }

  async function fill(conversationId: ConversationId, lane: Lane): Promise<void> {
    const generation = lanes;
    let isReadable = true;
    for (let next = lane.held[0]; next !== undefined; next = lane.held[0]) {
      if (giveOrdered(lane, conversationId, next, !isReadable)) {
        lane.held.shift();
        heldCount--;
        continue;
      }
      const found = await fetchMissing(conversationId, lane, next.event);
      if (generation !== lanes) return;
      if (found === null) isReadable = false;
      else if (!giveFound(lane, found)) return overflow();
    }
    lane.filling = false;
  }

  /** @returns null when the conversation cannot be read any more: its last events are given as they came. */
  async function fetchMissing(
    conversationId: ConversationId,
    lane: Lane,
    next: StormEvent,
  ): Promise<readonly Message[] | null> {
    const afterSeq = lane.lastSeq ?? 0;
    const missing = next.type === 'message-stored.v1' ? next.data.seq - 1 - afterSeq : 0;
    if (missing > maxHeld) return [];
    try {
      const page = await deps.fetchAfter(conversationId, afterSeq, Math.min(missing, 200));
      return page.filter(({ seq }) => seq <= afterSeq + missing);
    } catch {
      return null;
    }
  }

  function giveFound(lane: Lane, found: readonly Message[]): boolean {
    const before = lane.lastSeq ?? 0;
    for (const message of found) {
      if (message.seq !== (lane.lastSeq ?? 0) + 1) continue;
      lane.lastSeq = message.seq;
      deps.deliver({ type: 'message-stored.v1', data: message });
    }
    return (lane.lastSeq ?? 0) > before;
  }

  function hold(conversationId: ConversationId, lane: Lane, held: Held): void {
    lane.held.push(held);
    heldCount++;
    if (heldCount > maxHeld) return overflow();
    if (lane.filling) return;
    lane.filling = true;
    void fill(conversationId, lane);
  }

  return {
    push(event, cursor) {
      const held = { event, entry: ledger.add(cursor) };
      const { data } = event;
      if (!('conversationId' in data)) return give(held);
      const lane = laneOf(data.conversationId);
      if (lane.filling || !giveOrdered(lane, data.conversationId, held))
        hold(data.conversationId, lane, held);
    },
    pass: (cursor) => ledger.pass(cursor),
    restart(conversations) {
      forget();
      for (const { id, lastSeq } of conversations) laneOf(id).lastSeq = lastSeq;
    },
  };
}
