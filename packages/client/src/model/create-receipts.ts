import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import type { ConversationId, Receipt, UserId } from '@storm/contracts';
import type { StormClient } from '../create-storm-client.ts';
import { retry } from '../retry.ts';
import { StormProblem } from '../storm-problem.ts';

type ByUser = ReadonlyMap<UserId, Receipt>;

/** How far each member has got and read; watermarks only grow, so of two the higher holds. */
export interface Receipts {
  /** Fetched when first asked for, then kept up to date. */
  receipts(id: ConversationId): ReadonlySignal<ByUser>;
}

export interface FedReceipts extends Receipts {
  moved(id: ConversationId, receipt: Receipt): void;
  /** Something may have been missed. */
  refresh(): void;
  /** This device has got everything up to there; told in a moment, the last one for all. */
  got(id: ConversationId, seq: number): void;
  stop(): void;
}

const tellAfterMs = 400;

export function createReceipts(storm: StormClient, onFault: (error: unknown) => void): FedReceipts {
  const byConversation = new Map<ConversationId, Signal<ByUser>>();
  const got = new Map<ConversationId, number>();
  let timer: ReturnType<typeof setTimeout> | undefined;
  const report = (error: unknown): void => {
    if (!(error instanceof StormProblem)) onFault(error);
  };

  const merge = (into: Signal<ByUser>, all: readonly Receipt[]): void => {
    const merged = new Map(into.peek());
    for (const { userId, deliveredSeq, readSeq } of all) {
      const before = merged.get(userId);
      merged.set(userId, {
        userId,
        deliveredSeq: Math.max(deliveredSeq, before?.deliveredSeq ?? 0),
        readSeq: Math.max(readSeq, before?.readSeq ?? 0),
      });
    }
    into.value = merged;
  };
  const fetchAll = (id: ConversationId, into: Signal<ByUser>): void => {
    const ask = () => storm.api.listReceipts({ params: { conversationId: id } });
    retry(ask, { withinMs: 60_000 }).then(({ receipts }) => merge(into, receipts), report);
  };
  const tell = (): void => {
    timer = undefined;
    const all = [...got];
    got.clear();
    for (const [id, seq] of all) storm.markDelivered(id, seq).catch(report);
  };
  return {
    receipts(id) {
      const known = byConversation.get(id);
      if (known !== undefined) return known;
      const fresh = signal<ByUser>(new Map());
      byConversation.set(id, fresh);
      fetchAll(id, fresh);
      return fresh;
    },
    moved(id, receipt) {
      const known = byConversation.get(id);
      if (known !== undefined) merge(known, [receipt]);
    },
    refresh() {
      for (const [id, into] of byConversation) fetchAll(id, into);
    },
    got(id, seq) {
      got.set(id, Math.max(seq, got.get(id) ?? 0));
      timer ??= setTimeout(tell, tellAfterMs);
    },
    stop: () => clearTimeout(timer),
  };
}
