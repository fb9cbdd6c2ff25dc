import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import type { ConversationId, ConversationSummary, Message, StormEvent, UserId } from '@storm/contracts';
import { createFacets, type Facets } from './facets.ts';
import { isMuted } from './is-muted.ts';
import { atRevision, hiddenOf, withChangedMessage, withMessage, withRead } from './summary-changes.ts';

/** The conversations of one person, each a signal, and their order. */
export interface ConversationList {
  /** False until the list of conversations is there. */
  readonly isReady: ReadonlySignal<boolean>;
  /** Pinned ones first, then the newest activity. */
  readonly order: ReadonlySignal<readonly ConversationId[]>;
  readonly unreadTotal: ReadonlySignal<number>;
  conversation(id: ConversationId): ReadonlySignal<ConversationSummary | undefined>;
}

/** As the model feeds it. */
export interface FedConversationList extends ConversationList {
  put(summary: ConversationSummary): void;
  forget(id: ConversationId): void;
  /** Something happened there just now, though nothing was said. */
  stirred(id: ConversationId): void;
  apply(event: StormEvent): void;
  changed(message: Message): void;
  read(id: ConversationId, seq: number): void;
  /** These, and no others. @returns those that are gone */
  replace(all: readonly ConversationSummary[]): readonly ConversationId[];
  stop(): void;
}

/** A longer timer would go off at once. */
const maxTimerMs = 2 ** 31 - 2;

export function createConversationList(selfId: UserId): FedConversationList {
  const conversations = new Map<ConversationId, Signal<ConversationSummary | undefined>>();
  /** When something last happened there, for those without a message. */
  const activeAtMs = new Map<ConversationId, number>();
  const facets = new Map<ConversationId, Facets>();
  const muteEnds = new Map<ConversationId, ReturnType<typeof setTimeout>>();
  const isReady = signal(false);
  const ids = signal<readonly ConversationId[]>([]);

  const signalOf = (id: ConversationId): Signal<ConversationSummary | undefined> => {
    const found = conversations.get(id) ?? signal<ConversationSummary | undefined>(undefined);
    conversations.set(id, found);
    return found;
  };
  const facetsOf = (id: ConversationId): Facets => {
    const found = facets.get(id) ?? createFacets();
    facets.set(id, found);
    return found;
  };
  const change = (id: ConversationId, how: (before: ConversationSummary) => ConversationSummary): void => {
    const summary = conversations.get(id);
    const before = summary?.peek();
    if (summary !== undefined && before !== undefined) summary.value = how(before);
  };
  const put = (summary: ConversationSummary): void => {
    facetsOf(summary.id).rebase(summary.revision);
    signalOf(summary.id).value = summary;
    watchMute(summary);
    if (!ids.peek().includes(summary.id)) ids.value = [...ids.peek(), summary.id];
  };
  /** Nobody tells that the time of a mute is over: the conversation is given anew then. */
  function watchMute({ id, settings }: ConversationSummary): void {
    clearTimeout(muteEnds.get(id));
    muteEnds.delete(id);
    const leftMs = settings.mutedUntil === null ? 0 : Date.parse(settings.mutedUntil) - Date.now();
    if (leftMs <= 0 || leftMs > maxTimerMs) return;
    const end = (): void => change(id, (before) => ({ ...before }));
    muteEnds.set(id, setTimeout(end, leftMs + 1));
  }
  const forget = (id: ConversationId): void => {
    signalOf(id).value = undefined;
    ids.value = ids.peek().filter((one) => one !== id);
  };
  const activity = (summary: ConversationSummary | undefined): number => {
    const at = summary?.lastMessage?.storedAt ?? summary?.createdAt;
    return Math.max(at === undefined ? 0 : Date.parse(at), summary ? (activeAtMs.get(summary.id) ?? 0) : 0);
  };
  const order = computed(() => {
    const timed = ids.value.map((id) => {
      const summary = conversations.get(id)?.value;
      return { id, at: activity(summary), isPinned: summary?.settings.pinnedAt != null };
    });
    return timed
      .sort((one, other) => Number(other.isPinned) - Number(one.isPinned) || other.at - one.at)
      .map(({ id }) => id);
  });
  const unreadTotal = computed(() =>
    ids.value.reduce((sum, id) => {
      const summary = conversations.get(id)?.value;
      return sum + (summary === undefined || isMuted(summary) ? 0 : summary.unread);
    }, 0),
  );
  const changed = (message: Message): void =>
    change(message.conversationId, (before) =>
      atRevision(withChangedMessage(before, message), message.revision),
    );

  function apply(event: StormEvent): void {
    switch (event.type) {
      case 'message-stored.v1':
        return change(event.data.conversationId, (before) => withMessage(before, event.data, selfId));
      case 'read-marked.v1':
        return change(event.data.conversationId, (before) => withRead(before, event.data.seq));
      case 'message-changed.v1':
        return changed(event.data.message);
      case 'message-hidden.v1': {
        const { conversationId, seq } = event.data;
        return change(conversationId, (before) =>
          before.lastMessage?.seq === seq ? { ...before, lastMessage: hiddenOf(before.lastMessage) } : before,
        );
      }
      case 'conversation-changed.v1': {
        const { conversationId, name, pictureId, revision } = event.data;
        const isNews = facetsOf(conversationId).isNews('name', revision);
        return change(conversationId, (before) =>
          atRevision(isNews ? { ...before, name, pictureId } : before, revision),
        );
      }
      case 'settings-changed.v1': {
        const { conversationId, settings } = event.data;
        change(conversationId, (before) =>
          settings.revision > before.settings.revision ? { ...before, settings } : before,
        );
        const summary = conversations.get(conversationId)?.peek();
        if (summary !== undefined) watchMute(summary);
        return;
      }
      case 'member-changed.v1': {
        const { conversationId, member, revision } = event.data;
        const isNews = member.userId === selfId && facetsOf(conversationId).isNews('role', revision);
        return change(conversationId, (before) =>
          atRevision(isNews ? { ...before, role: member.role } : before, revision),
        );
      }
      case 'member-added.v1':
      case 'member-removed.v1': {
        const { conversationId, memberCount, revision } = event.data;
        const isNews = facetsOf(conversationId).isNews('count', revision);
        return change(conversationId, (before) =>
          atRevision(isNews && memberCount !== undefined ? { ...before, memberCount } : before, revision),
        );
      }
      default:
        return;
    }
  }

  return {
    isReady,
    order,
    unreadTotal,
    conversation: signalOf,
    put,
    forget,
    stirred: (id) => void activeAtMs.set(id, Date.now()),
    apply,
    changed,
    read: (id, seq) => change(id, (before) => withRead(before, seq)),
    replace(all) {
      const there = new Set(all.map(({ id }) => id));
      const gone = ids.peek().filter((id) => !there.has(id));
      for (const id of gone) forget(id);
      for (const summary of all) put(summary);
      ids.value = all.map(({ id }) => id);
      isReady.value = true;
      return gone;
    },
    stop() {
      for (const timer of muteEnds.values()) clearTimeout(timer);
    },
  };
}
