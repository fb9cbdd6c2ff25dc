import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import type { Conversation, ConversationId, StormEvent } from '@storm/contracts';
import type { StormClient } from '../create-storm-client.ts';
import { retry } from '../retry.ts';
import { StormProblem } from '../storm-problem.ts';
import { createFacets, type Facets } from './facets.ts';
import { withMember } from './member-changes.ts';
import { atRevision } from './summary-changes.ts';

/** Conversations with their members; each is fetched when first asked for, then kept up to date. */
export interface Details {
  details(id: ConversationId): ReadonlySignal<Conversation | undefined>;
  /** Of a large group, the members after those that are there. @throws StormProblem */
  loadMembers(id: ConversationId): Promise<void>;
}

export interface FedDetails extends Details {
  /** Details follow by themselves: they are fetched at another time than the list. */
  apply(event: StormEvent): void;
  forget(id: ConversationId): void;
  /** Something may have been missed. */
  refresh(): void;
}

export function createDetails(storm: StormClient, onFault: (error: unknown) => void): FedDetails {
  const known = new Map<ConversationId, Signal<Conversation | undefined>>();
  const facets = new Map<ConversationId, Facets>();
  /** What happens to details while they are being fetched. */
  const fetching = new Map<ConversationId, StormEvent[]>();

  const facetsOf = (id: ConversationId): Facets => {
    const found = facets.get(id) ?? createFacets();
    facets.set(id, found);
    return found;
  };
  function fetchInto(id: ConversationId, into: Signal<Conversation | undefined>): void {
    const waiting: StormEvent[] = [];
    fetching.set(id, waiting);
    const ask = () => storm.api.getConversation({ params: { conversationId: id } });
    retry(ask, { withinMs: Number.POSITIVE_INFINITY }).then(
      (found) => {
        if (fetching.get(id) !== waiting) return;
        fetching.delete(id);
        facetsOf(id).rebase(found.revision);
        into.value = found;
        for (const event of waiting) applyNow(id, event);
      },
      (error: unknown) => {
        if (!(error instanceof StormProblem)) onFault(error);
      },
    );
  }
  const change = (id: ConversationId, how: (before: Conversation) => Conversation): void => {
    const details = known.get(id);
    const before = details?.peek();
    if (details !== undefined && before !== undefined) details.value = how(before);
  };

  function applyNow(id: ConversationId, event: StormEvent): void {
    const isNews = (part: string, revision: number | undefined): boolean =>
      facetsOf(id).isNews(part, revision);
    switch (event.type) {
      case 'conversation-changed.v1': {
        const { name, pictureId, revision } = event.data;
        const news = isNews('name', revision);
        return change(id, (before) => atRevision(news ? { ...before, name, pictureId } : before, revision));
      }
      case 'member-added.v1':
      case 'member-changed.v1':
      case 'member-removed.v1': {
        const { revision } = event.data;
        const { userId } = 'member' in event.data ? event.data.member : event.data;
        const member = 'member' in event.data ? event.data.member : null;
        const memberCount = 'memberCount' in event.data ? event.data.memberCount : undefined;
        const [isMemberNews, isCountNews] = [isNews(userId, revision), isNews('count', revision)];
        return change(id, (before) => {
          const isWhole = before.members.length >= before.memberCount;
          const members = isMemberNews ? withMember(before.members, userId, member, isWhole) : before.members;
          const count = isCountNews && memberCount !== undefined ? memberCount : before.memberCount;
          return atRevision({ ...before, members, memberCount: count }, revision);
        });
      }
      case 'message-stored.v1': {
        const { seq } = event.data;
        return change(id, (before) => (seq <= before.lastSeq ? before : { ...before, lastSeq: seq }));
      }
      case 'message-changed.v1': {
        const { revision } = event.data.message;
        return change(id, (before) => atRevision(before, revision));
      }
      default:
        return;
    }
  }

  return {
    details(id) {
      const found = known.get(id);
      if (found !== undefined) return found;
      const fresh = signal<Conversation | undefined>(undefined);
      known.set(id, fresh);
      fetchInto(id, fresh);
      return fresh;
    },
    async loadMembers(id) {
      const last = known.get(id)?.peek()?.members.at(-1);
      if (last === undefined) return;
      const input = { params: { conversationId: id }, query: { membersAfter: last.userId } };
      const { members } = await retry(() => storm.api.getConversation(input), { withinMs: 15_000 });
      change(id, (before) => {
        const held = new Set(before.members.map(({ userId }) => userId));
        return {
          ...before,
          members: [...before.members, ...members.filter(({ userId }) => !held.has(userId))],
        };
      });
    },
    apply(event) {
      if (!('conversationId' in event.data)) return;
      const id = event.data.conversationId;
      fetching.get(id)?.push(event);
      applyNow(id, event);
    },
    forget: (id) => void known.delete(id),
    refresh() {
      for (const [id, into] of known) fetchInto(id, into);
    },
  };
}
