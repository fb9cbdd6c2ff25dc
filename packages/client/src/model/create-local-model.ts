import { computed, type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import type {
  Conversation,
  ConversationId,
  ConversationSummary,
  Media,
  MediaId,
  StormEvent,
  UserId,
} from '@storm/contracts';
import type { StormClient } from '../create-storm-client.ts';
import type { EventDataOf } from '../event-hub.ts';
import type { Resync } from '../position.ts';
import { retry } from '../retry.ts';
import { StormProblem } from '../storm-problem.ts';
import { createProfiles, type Profiles } from './create-profiles.ts';
import { createTimeline, type FedTimeline, type Timeline } from './create-timeline.ts';
import { createUnsentQueue, type UnsentQueue } from './create-unsent-queue.ts';
import { joined, withMessage, withRead } from './summary-changes.ts';
import { memoryUnsentStore, type UnsentStore } from './unsent.ts';

export interface LocalModel extends Pick<Profiles, 'profile' | 'learn'> {
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
  const isReady = signal(false);
  const ids = signal<readonly ConversationId[]>([]);
  const profiles = createProfiles(storm, onFault);
  const unsent = createUnsentQueue({
    storm,
    store: unsentStore,
    userId: selfId,
    ...(options.announceUnsent && { announce: options.announceUnsent }),
    onFault,
  });

  const summaryOf = (id: ConversationId): Signal<ConversationSummary | undefined> => {
    const found = conversations.get(id) ?? signal<ConversationSummary | undefined>(undefined);
    conversations.set(id, found);
    return found;
  };
  const change = (id: ConversationId, how: (before: ConversationSummary) => ConversationSummary): void => {
    const summary = conversations.get(id);
    if (summary?.value !== undefined) summary.value = how(summary.peek() as ConversationSummary);
  };
  const put = (summary: ConversationSummary): void => {
    summaryOf(summary.id).value = summary;
    if (!ids.peek().includes(summary.id)) ids.value = [...ids.peek(), summary.id];
  };
  const forget = (id: ConversationId): void => {
    summaryOf(id).value = undefined;
    ids.value = ids.peek().filter((one) => one !== id);
    timelines.delete(id);
    detailsById.delete(id);
  };

  const activity = (id: ConversationId): number => {
    const at = conversations.get(id)?.value?.lastMessage?.storedAt;
    return Math.max(at === undefined ? 0 : Date.parse(at), activeAtMs.get(id) ?? 0);
  };
  const order = computed(() => {
    const timed = ids.value.map((id) => ({ id, at: activity(id) }));
    return timed.sort((one, other) => other.at - one.at).map(({ id }) => id);
  });
  const unreadTotal = computed(() =>
    ids.value.reduce((sum, id) => sum + (conversations.get(id)?.value?.unread ?? 0), 0),
  );

  async function fetchDetails(id: ConversationId): Promise<Conversation> {
    const ask = () => storm.api.getConversation({ params: { conversationId: id } });
    return retry(ask, forAsLongAsItTakes);
  }
  function refreshDetails(id: ConversationId, into: Signal<Conversation | undefined>): void {
    fetchDetails(id).then(
      (found) => {
        into.value = found;
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

  async function join(event: EventDataOf<'conversation-joined.v1'>): Promise<void> {
    const id = event.conversationId;
    activeAtMs.set(id, Date.now());
    if (event.kind === 'group') return put(joined(event, null));
    const { members } = await fetchDetails(id);
    if (summaryOf(id).peek() !== undefined) return;
    const peerId = members.find(({ userId }) => userId !== selfId)?.userId ?? null;
    put(joined(event, peerId));
    await catchUp(id);
  }
  /** What was said while the other one of a direct conversation was looked up. */
  async function catchUp(id: ConversationId): Promise<void> {
    const ask = () => storm.api.listMessages({ params: { conversationId: id }, query: { limit: 1 } });
    const { messages, readSeq, lastSeq } = await retry(ask, forAsLongAsItTakes);
    const last = messages.at(-1) ?? null;
    change(id, (before) =>
      lastSeq < before.lastSeq
        ? before
        : { ...before, lastSeq, readSeq, unread: lastSeq - readSeq, lastMessage: last },
    );
  }

  function apply(event: StormEvent): void {
    switch (event.type) {
      case 'message-stored.v1': {
        const message = event.data;
        timelines.get(message.conversationId)?.stored(message);
        if (message.senderId === selfId) unsent.arrived(message.key);
        return change(message.conversationId, (before) => withMessage(before, message, selfId));
      }
      case 'read-marked.v1':
        return change(event.data.conversationId, (before) => withRead(before, event.data.seq));
      case 'conversation-joined.v1':
        join(event.data).catch(onFault);
        return;
      case 'conversation-left.v1':
        return forget(event.data.conversationId);
      case 'member-added.v1': {
        const { member } = event.data;
        return changeDetails(event.data.conversationId, (before) =>
          before.members.some(({ userId }) => userId === member.userId)
            ? before
            : { ...before, members: [...before.members, member], memberCount: before.memberCount + 1 },
        );
      }
      case 'member-removed.v1': {
        const { userId } = event.data;
        return changeDetails(event.data.conversationId, (before) => {
          const members = before.members.filter((one) => one.userId !== userId);
          return { ...before, members, memberCount: before.memberCount - 1 };
        });
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

  function restart({ conversations: fresh }: Resync): void {
    const isFirst = !isReady.peek();
    const there = new Set(fresh.map(({ id }) => id));
    for (const id of ids.peek()) if (!there.has(id)) forget(id);
    for (const summary of fresh) summaryOf(summary.id).value = summary;
    ids.value = fresh.map(({ id }) => id);
    isReady.value = true;
    if (isFirst) return;
    for (const timeline of timelines.values()) timeline.refresh().catch(onFault);
    for (const [id, details] of detailsById) refreshDetails(id, details);
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

  const offs = [storm.onResync(restart), storm.onAny(apply)];
  return {
    selfId,
    isReady,
    order,
    unreadTotal,
    profile: profiles.profile,
    learn: profiles.learn,
    conversation: summaryOf,
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
    learnConversation({ id, kind, name, members, lastSeq }) {
      if (summaryOf(id).peek() !== undefined) return;
      activeAtMs.set(id, Date.now());
      const role = members.find(({ userId }) => userId === selfId)?.role ?? 'member';
      const other = members.find(({ userId }) => userId !== selfId)?.userId ?? null;
      const event = { conversationId: id, kind, name, role, lastSeq };
      put(joined(event, kind === 'direct' ? other : null));
      if (lastSeq > 0) catchUp(id).catch(onFault);
    },
    rereadUnsent: unsent.reread,
    stop() {
      for (const off of offs) off();
      unsent.stop();
      clearTimeout(readTimer);
    },
  };
}
