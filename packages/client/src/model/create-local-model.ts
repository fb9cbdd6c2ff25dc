import { computed, effect, type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import type {
  Conversation,
  ConversationId,
  ConversationSummary,
  Media,
  MediaId,
  Message,
  StormEvent,
  UserId,
} from '@storm/contracts';
import type { StormClient } from '../create-storm-client.ts';
import type { Resync } from '../position.ts';
import { retry } from '../retry.ts';
import { StormProblem } from '../storm-problem.ts';
import { createPresence, type PresenceModel } from './create-presence.ts';
import { createProfiles, type Profiles } from './create-profiles.ts';
import { createReceipts, type Receipts } from './create-receipts.ts';
import { createTimeline, type FedTimeline, type Timeline } from './create-timeline.ts';
import { createUnsentQueue, type UnsentQueue } from './create-unsent-queue.ts';
import { createFacets, type Facets } from './facets.ts';
import { withMember } from './member-changes.ts';
import {
  atRevision,
  hiddenOf,
  summaryOf,
  withChangedMessage,
  withMessage,
  withRead,
} from './summary-changes.ts';
import { memoryUnsentStore, type UnsentStore } from './unsent.ts';

export interface LocalModel extends Pick<Profiles, 'profile' | 'learn'>, PresenceModel, Receipts {
  readonly selfId: UserId;
  /** False until the list of conversations is there. */
  readonly isReady: ReadonlySignal<boolean>;
  /** Newest activity first. */
  readonly order: ReadonlySignal<readonly ConversationId[]>;
  readonly unreadTotal: ReadonlySignal<number>;
  conversation(id: ConversationId): ReadonlySignal<ConversationSummary | undefined>;
  /** With its members; fetched when first asked for, then kept up to date. */
  details(id: ConversationId): ReadonlySignal<Conversation | undefined>;
  timeline(id: ConversationId): Timeline;
  media(id: MediaId): ReadonlySignal<Media | undefined>;
  readonly unsent: UnsentQueue;
  /** Shown at once, told to the platform; never backwards. */
  markRead(id: ConversationId, seq: number): void;
  /** A conversation that a call of one's own has just created, before its event comes. */
  learnConversation(conversation: Conversation): void;
  /** How a message stands now, from the answer to a change of one's own, before its event comes. */
  applyMessage(message: Message): void;
  /** Another tab has changed the store of unsent messages. */
  rereadUnsent(): Promise<void>;
  stop(): void;
}

export interface LocalModelOptions {
  storm: StormClient;
  selfId: UserId;
  unsentStore?: UnsentStore;
  announceUnsent?: () => void;
  onFault?: (error: unknown) => void;
}

const readAfterMs = 300;
const forAsLongAsItTakes = { withinMs: Number.POSITIVE_INFINITY };

/**
 * What one person sees, kept in step with the platform: it starts from `onResync`, every event continues it, and each
 * part is a signal that changes only when that part does.
 */
export function createLocalModel(options: LocalModelOptions): LocalModel {
  const { storm, selfId, unsentStore = memoryUnsentStore(), onFault = console.error } = options;
  const conversations = new Map<ConversationId, Signal<ConversationSummary | undefined>>();
  const detailsById = new Map<ConversationId, Signal<Conversation | undefined>>();
  const timelines = new Map<ConversationId, FedTimeline>();
  const mediaById = new Map<MediaId, Signal<Media | undefined>>();
  /** When something last happened there, for those without a message. */
  const activeAtMs = new Map<ConversationId, number>();
  const summaryFacets = new Map<ConversationId, Facets>();
  const detailsFacets = new Map<ConversationId, Facets>();
  /** What happens to details while they are being fetched. */
  const fetchingDetails = new Map<ConversationId, StormEvent[]>();
  const joining = new Map<ConversationId, StormEvent[]>();
  const isReady = signal(false);
  const ids = signal<readonly ConversationId[]>([]);
  const profiles = createProfiles(storm, onFault);
  const presence = createPresence(storm);
  const receipts = createReceipts(storm, onFault);
  const unsent = createUnsentQueue({
    storm,
    store: unsentStore,
    userId: selfId,
    ...(options.announceUnsent && { announce: options.announceUnsent }),
    onFault,
  });

  const signalOf = (id: ConversationId): Signal<ConversationSummary | undefined> => {
    const found = conversations.get(id) ?? signal<ConversationSummary | undefined>(undefined);
    conversations.set(id, found);
    return found;
  };
  const change = (id: ConversationId, how: (before: ConversationSummary) => ConversationSummary): void => {
    const summary = conversations.get(id);
    if (summary?.value !== undefined) summary.value = how(summary.peek() as ConversationSummary);
  };
  const facetsOf = (kept: Map<ConversationId, Facets>, id: ConversationId): Facets => {
    const facets = kept.get(id) ?? createFacets();
    kept.set(id, facets);
    return facets;
  };
  const put = (summary: ConversationSummary): void => {
    facetsOf(summaryFacets, summary.id).rebase(summary.revision);
    signalOf(summary.id).value = summary;
    if (!ids.peek().includes(summary.id)) ids.value = [...ids.peek(), summary.id];
  };
  const forget = (id: ConversationId): void => {
    signalOf(id).value = undefined;
    ids.value = ids.peek().filter((one) => one !== id);
    timelines.delete(id);
    detailsById.delete(id);
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

  async function fetchDetails(id: ConversationId): Promise<Conversation> {
    const ask = () => storm.api.getConversation({ params: { conversationId: id } });
    return retry(ask, forAsLongAsItTakes);
  }
  function refreshDetails(id: ConversationId, into: Signal<Conversation | undefined>): void {
    const waiting: StormEvent[] = [];
    fetchingDetails.set(id, waiting);
    fetchDetails(id).then(
      (found) => {
        if (fetchingDetails.get(id) !== waiting) return;
        fetchingDetails.delete(id);
        facetsOf(detailsFacets, id).rebase(found.revision);
        into.value = found;
        for (const event of waiting) applyToDetails(event);
      },
      (error: unknown) => {
        if (!(error instanceof StormProblem)) onFault(error);
      },
    );
  }
  const changeDetails = (id: ConversationId, how: (before: Conversation) => Conversation): void => {
    const details = detailsById.get(id);
    const before = details?.peek();
    if (details !== undefined && before !== undefined) details.value = how(before);
  };

  /** Fetches a conversation's place in the list; what happens there meanwhile waits for it. */
  async function join(id: ConversationId): Promise<void> {
    if (joining.has(id)) return;
    const waiting: StormEvent[] = [];
    joining.set(id, waiting);
    try {
      const ask = () => storm.api.listConversations({ query: { id } });
      const { conversations: found } = await retry(ask, forAsLongAsItTakes);
      if (joining.get(id) !== waiting) return;
      for (const summary of found) put(summary);
    } finally {
      if (joining.get(id) === waiting) joining.delete(id);
    }
    for (const event of waiting) apply(event);
  }

  function apply(event: StormEvent): void {
    if (event.type !== 'conversation-left.v1' && 'conversationId' in event.data)
      joining.get(event.data.conversationId)?.push(event);
    if ('conversationId' in event.data) {
      fetchingDetails.get(event.data.conversationId)?.push(event);
      applyToDetails(event);
    }
    switch (event.type) {
      case 'message-stored.v1': {
        const message = event.data;
        timelines.get(message.conversationId)?.stored(message);
        presence.said(message.conversationId, message.senderId);
        if (message.senderId === selfId) unsent.arrived(message.key);
        const { conversationId, senderId: userId, seq } = message;
        if (userId !== selfId && showsReceipts(conversations.get(conversationId)?.peek()))
          receipts.got(conversationId, seq);
        // Who writes has read what stands before it; the platform moves both watermarks in the same statement.
        receipts.moved(conversationId, { userId, deliveredSeq: seq, readSeq: seq });
        return change(conversationId, (before) => withMessage(before, message, selfId));
      }
      case 'read-marked.v1':
        return change(event.data.conversationId, (before) => withRead(before, event.data.seq));
      case 'conversation-joined.v1':
        activeAtMs.set(event.data.conversationId, Date.now());
        join(event.data.conversationId).catch(onFault);
        return;
      case 'conversation-left.v1':
        joining.delete(event.data.conversationId);
        return forget(event.data.conversationId);
      case 'receipt-moved.v1':
        return receipts.moved(event.data.conversationId, event.data);
      case 'message-changed.v1':
        return applyMessage(event.data.message);
      case 'message-hidden.v1': {
        const { conversationId, seq } = event.data;
        timelines.get(conversationId)?.hidden(seq);
        return change(conversationId, (before) =>
          before.lastMessage?.seq === seq ? { ...before, lastMessage: hiddenOf(before.lastMessage) } : before,
        );
      }
      case 'conversation-changed.v1': {
        const { conversationId, name, pictureId, revision } = event.data;
        const isNews = facetsOf(summaryFacets, conversationId).isNews('name', revision);
        return change(conversationId, (before) =>
          atRevision(isNews ? { ...before, name, pictureId } : before, revision),
        );
      }
      case 'settings-changed.v1': {
        const { conversationId, settings } = event.data;
        return change(conversationId, (before) =>
          settings.revision > before.settings.revision ? { ...before, settings } : before,
        );
      }
      case 'member-changed.v1': {
        const { conversationId, member, revision } = event.data;
        const isNews =
          member.userId === selfId && facetsOf(summaryFacets, conversationId).isNews('role', revision);
        return change(conversationId, (before) =>
          atRevision(isNews ? { ...before, role: member.role } : before, revision),
        );
      }
      case 'member-added.v1':
      case 'member-removed.v1': {
        const { conversationId, memberCount, revision } = event.data;
        const isNews = facetsOf(summaryFacets, conversationId).isNews('count', revision);
        return change(conversationId, (before) =>
          atRevision(isNews && memberCount !== undefined ? { ...before, memberCount } : before, revision),
        );
      }
      case 'media-processed.v1': {
        const media = mediaById.get(event.data.id);
        if (media !== undefined) media.value = event.data;
        return;
      }
      default:
        return;
    }
  }

  function applyMessage(message: Message): void {
    timelines.get(message.conversationId)?.changed(message);
    change(message.conversationId, (before) =>
      atRevision(withChangedMessage(before, message), message.revision),
    );
  }

  /** Details with their members follow by themselves: they are fetched at another time than the list. */
  function applyToDetails(event: StormEvent): void {
    if (!('conversationId' in event.data)) return;
    const id = event.data.conversationId;
    const isNews = (part: string, revision: number | undefined): boolean =>
      facetsOf(detailsFacets, id).isNews(part, revision);
    switch (event.type) {
      case 'conversation-changed.v1': {
        const { name, pictureId, revision } = event.data;
        const news = isNews('name', revision);
        return changeDetails(id, (before) =>
          atRevision(news ? { ...before, name, pictureId } : before, revision),
        );
      }
      case 'member-added.v1':
      case 'member-changed.v1':
      case 'member-removed.v1': {
        const { revision } = event.data;
        const { userId } = 'member' in event.data ? event.data.member : event.data;
        const member = 'member' in event.data ? event.data.member : null;
        const memberCount = 'memberCount' in event.data ? event.data.memberCount : undefined;
        const [isMemberNews, isCountNews] = [isNews(userId, revision), isNews('count', revision)];
        return changeDetails(id, (before) => {
          const members = isMemberNews ? withMember(before.members, userId, member) : before.members;
          const count = isCountNews && memberCount !== undefined ? memberCount : before.memberCount;
          return atRevision({ ...before, members, memberCount: count }, revision);
        });
      }
      case 'message-stored.v1': {
        const { seq } = event.data;
        return changeDetails(id, (before) => (seq <= before.lastSeq ? before : { ...before, lastSeq: seq }));
      }
      case 'message-changed.v1': {
        const { revision } = event.data.message;
        return changeDetails(id, (before) => atRevision(before, revision));
      }
      default:
        return;
    }
  }

  function restart({ conversations: fresh }: Resync): void {
    const isFirst = !isReady.peek();
    const there = new Set(fresh.map(({ id }) => id));
    for (const id of ids.peek()) if (!there.has(id)) forget(id);
    joining.clear();
    for (const summary of fresh) put(summary);
    ids.value = fresh.map(({ id }) => id);
    isReady.value = true;
    for (const one of fresh) if (one.unread > 0 && showsReceipts(one)) receipts.got(one.id, one.lastSeq);
    if (isFirst) return;
    for (const timeline of timelines.values()) timeline.refresh().catch(onFault);
    for (const [id, details] of detailsById) refreshDetails(id, details);
    receipts.refresh();
  }

  const reading = new Map<ConversationId, number>();
  let readTimer: ReturnType<typeof setTimeout> | undefined;
  function tellRead(): void {
    readTimer = undefined;
    const told = [...reading];
    reading.clear();
    for (const [id, seq] of told)
      retry(() => storm.markRead(id, seq), { withinMs: 60_000 }).catch((error: unknown) => {
        if (!(error instanceof StormProblem)) onFault(error);
      });
  }

  // Those one talks with directly: their presence stands in the list.
  const peers = computed(() =>
    order.value.flatMap((id) => conversations.get(id)?.value?.peerId ?? []).join(),
  );
  const stopWatching = effect(() => {
    if (peers.value !== '') storm.watch(peers.value.split(',') as UserId[]);
  });

  const offs = [storm.onResync(restart), storm.onAny(apply)];
  return {
    selfId,
    isReady,
    order,
    unreadTotal,
    presence: presence.presence,
    typing: presence.typing,
    receipts: receipts.receipts,
    profile: profiles.profile,
    learn: profiles.learn,
    conversation: signalOf,
    details(id) {
      const known = detailsById.get(id);
      if (known !== undefined) return known;
      const details = signal<Conversation | undefined>(undefined);
      detailsById.set(id, details);
      refreshDetails(id, details);
      return details;
    },
    timeline(id) {
      const timeline = timelines.get(id) ?? createTimeline(storm, id);
      timelines.set(id, timeline);
      return timeline;
    },
    media(id) {
      const known = mediaById.get(id);
      if (known !== undefined) return known;
      const media = signal<Media | undefined>(undefined);
      mediaById.set(id, media);
      const ask = () => storm.api.getMedia({ params: { mediaId: id } });
      retry(ask, forAsLongAsItTakes).then(
        (found) => {
          media.value ??= found;
        },
        (error: unknown) => {
          if (!(error instanceof StormProblem)) onFault(error);
        },
      );
      return media;
    },
    unsent,
    markRead(id, seq) {
      const summary = conversations.get(id)?.peek();
      if (summary === undefined || seq <= summary.readSeq) return;
      change(id, (before) => withRead(before, seq));
      reading.set(id, Math.max(seq, reading.get(id) ?? 0));
      readTimer ??= setTimeout(tellRead, readAfterMs);
    },
    learnConversation(conversation) {
      const { id, lastSeq } = conversation;
      if (conversations.get(id)?.peek() !== undefined) return;
      activeAtMs.set(id, Date.now());
      if (lastSeq === 0) put(summaryOf(conversation, selfId));
      else join(id).catch(onFault);
    },
    applyMessage,
    rereadUnsent: unsent.reread,
    stop() {
      for (const off of offs) off();
      stopWatching();
      presence.stop();
      receipts.stop();
      unsent.stop();
      clearTimeout(readTimer);
    },
  };
}

const maxMembersWithReceipts: typeof import('@storm/contracts')['maxMembersWithReceipts'] = 100;
/** In larger conversations nobody is shown them, and the platform keeps none. */
const showsReceipts = (summary: ConversationSummary | undefined): boolean =>
  summary !== undefined && summary.memberCount <= maxMembersWithReceipts;

/** Nothing of it counts or makes itself heard for now. */
export const isMuted = ({ settings }: Pick<ConversationSummary, 'settings'>): boolean =>
  settings.mutedUntil !== null && Date.parse(settings.mutedUntil) > Date.now();
