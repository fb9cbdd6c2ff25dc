import { computed, effect } from '@preact/signals-core';
import type {
  Conversation,
  ConversationId,
  ConversationSummary,
  Message,
  StormEvent,
  UserId,
} from '@storm/contracts';
import type { StormClient } from '../create-storm-client.ts';
import type { Resync } from '../position.ts';
import { retry } from '../retry.ts';
import type { CachedState } from './cached-state.ts';
import { type ConversationList, createConversationList } from './create-conversation-list.ts';
import { createDetails, type Details } from './create-details.ts';
import { createMediaStates, type MediaStates } from './create-media-states.ts';
import { createPresence, type PresenceModel } from './create-presence.ts';
import { createProfiles, type Profiles } from './create-profiles.ts';
import { createReadMarks } from './create-read-marks.ts';
import { createReceipts, type Receipts } from './create-receipts.ts';
import { createTimeline, type FedTimeline, type Timeline } from './create-timeline.ts';
import { createUnsentQueue, type UnsentQueue } from './create-unsent-queue.ts';
import { summaryOf } from './summary-changes.ts';
import { memoryUnsentStore, type UnsentStore } from './unsent.ts';

export interface LocalModel
  extends ConversationList,
    Details,
    MediaStates,
    PresenceModel,
    Pick<Profiles, 'profile' | 'learn'>,
    Receipts {
  readonly selfId: UserId;
  timeline(id: ConversationId): Timeline;
  readonly unsent: UnsentQueue;
  /** Shown at once, told to the platform; never backwards. */
  markRead(id: ConversationId, seq: number): void;
  /** A conversation that a call of one's own has just created, before its event comes. */
  learnConversation(conversation: Conversation): void;
  /** How a message stands now, from the answer to a change of one's own, before its event comes. */
  applyMessage(message: Message): void;
  /** How things were the last time: shown until the platform tells how they are. */
  recall(cached: CachedState): void;
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

/**
 * What one person sees, kept in step with the platform: it starts from `onResync`, every event continues it, and each
 * part is a signal that changes only when that part does.
 */
export function createLocalModel(options: LocalModelOptions): LocalModel {
  const { storm, selfId, unsentStore = memoryUnsentStore(), onFault = console.error } = options;
  const timelines = new Map<ConversationId, FedTimeline>();
  /** What happens in conversations whose place in the list is being fetched. */
  const joining = new Map<ConversationId, StormEvent[]>();
  const list = createConversationList(selfId);
  const details = createDetails(storm, onFault);
  const media = createMediaStates(storm, onFault);
  const profiles = createProfiles(storm, onFault);
  const presence = createPresence(storm);
  const receipts = createReceipts(storm, onFault);
  const readMarks = createReadMarks(storm, onFault);
  const unsent = createUnsentQueue({
    storm,
    store: unsentStore,
    userId: selfId,
    ...(options.announceUnsent && { announce: options.announceUnsent }),
    onFault,
  });
  /** The platform has told how things are, not only the memory of the last time. */
  let isStarted = false;

  const timelineOf = (id: ConversationId): FedTimeline => {
    const timeline = timelines.get(id) ?? createTimeline(storm, id);
    timelines.set(id, timeline);
    return timeline;
  };
  const forget = (id: ConversationId): void => {
    list.forget(id);
    timelines.delete(id);
    details.forget(id);
  };

  /** Fetches a conversation's place in the list; what happens there meanwhile waits for it. */
  async function join(id: ConversationId): Promise<void> {
    if (joining.has(id)) return;
    const waiting: StormEvent[] = [];
    joining.set(id, waiting);
    try {
      const ask = () => storm.api.listConversations({ query: { id } });
      const { conversations: found } = await retry(ask, { withinMs: Number.POSITIVE_INFINITY });
      if (joining.get(id) !== waiting) return;
      for (const summary of found) list.put(summary);
    } finally {
      if (joining.get(id) === waiting) joining.delete(id);
    }
    for (const event of waiting) apply(event);
  }

  function apply(event: StormEvent): void {
    if (event.type !== 'conversation-left.v1' && 'conversationId' in event.data)
      joining.get(event.data.conversationId)?.push(event);
    details.apply(event);
    switch (event.type) {
      case 'message-stored.v1': {
        stored(event.data);
        break;
      }
      case 'conversation-joined.v1':
        list.stirred(event.data.conversationId);
        join(event.data.conversationId).catch(onFault);
        break;
      case 'conversation-left.v1':
        joining.delete(event.data.conversationId);
        forget(event.data.conversationId);
        break;
      case 'receipt-moved.v1':
        receipts.moved(event.data.conversationId, event.data);
        break;
      case 'message-changed.v1':
        timelines.get(event.data.message.conversationId)?.changed(event.data.message);
        break;
      case 'message-hidden.v1':
        timelines.get(event.data.conversationId)?.hidden(event.data.seq);
        break;
      case 'media-processed.v1':
        media.processed(event.data);
        break;
    }
    list.apply(event);
  }

  function stored(message: Message): void {
    const { conversationId, senderId: userId, seq } = message;
    timelines.get(conversationId)?.stored(message);
    presence.said(conversationId, userId);
    if (userId === selfId) unsent.arrived(message.key);
    else if (showsReceipts(list.conversation(conversationId).peek())) receipts.got(conversationId, seq);
    // Who writes has read what stands before it; the platform moves both watermarks in the same statement.
    receipts.moved(conversationId, { userId, deliveredSeq: seq, readSeq: seq });
  }

  function restart({ conversations: fresh }: Resync): void {
    const isFirst = !isStarted;
    isStarted = true;
    joining.clear();
    for (const id of list.replace(fresh)) forget(id);
    for (const one of fresh) if (one.unread > 0 && showsReceipts(one)) receipts.got(one.id, one.lastSeq);
    // What was opened before, from memory or ahead of the list, may have missed something.
    for (const timeline of timelines.values()) timeline.refresh().catch(onFault);
    if (isFirst) return;
    details.refresh();
    receipts.refresh();
  }

  // Those one talks with directly: their presence stands in the list.
  const peers = computed(() =>
    list.order.value.flatMap((id) => list.conversation(id).value?.peerId ?? []).join(),
  );
  const stopWatching = effect(() => {
    if (peers.value !== '') storm.watch(peers.value.split(',') as UserId[]);
  });

  const offs = [storm.onResync(restart), storm.onAny(apply)];
  return {
    selfId,
    isReady: list.isReady,
    order: list.order,
    unreadTotal: list.unreadTotal,
    conversation: list.conversation,
    details: details.details,
    loadMembers: details.loadMembers,
    media: media.media,
    presence: presence.presence,
    typing: presence.typing,
    receipts: receipts.receipts,
    profile: profiles.profile,
    learn: profiles.learn,
    timeline: timelineOf,
    unsent,
    markRead(id, seq) {
      const summary = list.conversation(id).peek();
      if (summary === undefined || seq <= summary.readSeq) return;
      list.read(id, seq);
      readMarks.add(id, seq);
    },
    learnConversation(conversation) {
      const { id, lastSeq } = conversation;
      if (list.conversation(id).peek() !== undefined) return;
      list.stirred(id);
      if (lastSeq === 0) list.put(summaryOf(conversation, selfId));
      else join(id).catch(onFault);
    },
    applyMessage(message) {
      timelines.get(message.conversationId)?.changed(message);
      list.changed(message);
    },
    recall({ conversations, users, timelines: kept }) {
      if (isStarted) return;
      profiles.learn(users);
      for (const [id, messages] of kept) timelineOf(id).recall(messages);
      if (conversations.length > 0) list.replace(conversations);
    },
    rereadUnsent: unsent.reread,
    stop() {
      for (const off of offs) off();
      stopWatching();
      list.stop();
      presence.stop();
      receipts.stop();
      readMarks.stop();
      unsent.stop();
    },
  };
}

const maxMembersWithReceipts: typeof import('@storm/contracts')['maxMembersWithReceipts'] = 100;
/** In larger conversations nobody is shown them, and the platform keeps none. */
const showsReceipts = (summary: ConversationSummary | undefined): boolean =>
  summary !== undefined && summary.memberCount <= maxMembersWithReceipts;
