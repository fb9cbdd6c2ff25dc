import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import type { ConversationId, Message } from '@storm/contracts';
import type { StormClient } from '../create-storm-client.ts';
import { retry } from '../retry.ts';
import { StormProblem } from '../storm-problem.ts';
import { hiddenOf, newerOf } from './summary-changes.ts';
import {
  continues,
  emptyWindow,
  type TimelineWindow,
  trimmed,
  windowOf,
  withChanged,
  withHeld,
  withNewerPage,
  withOlderPage,
  withStored,
} from './timeline-window.ts';

export interface TimelineState extends TimelineWindow {
  /** `idle`: nothing was asked yet. `failed`: `problem` says why; `open` tries again. */
  readonly phase: 'idle' | 'loading' | 'ready' | 'failed';
  readonly problem: StormProblem | null;
  /** Another number when the window was exchanged as a whole, not grown at an end. */
  readonly epoch: number;
}

/** The messages of one conversation around the place that is looked at. */
export interface Timeline {
  readonly state: ReadonlySignal<TimelineState>;
  /** Shows the newest messages, or those around a sequence. What is already there is shown at once. */
  open(at?: number): Promise<void>;
  /** Each asks once at a time, and does nothing at an end. */
  loadOlder(): Promise<void>;
  loadNewer(): Promise<void>;
  /** What a message replies to, wherever it stands. */
  quoted(seq: number): ReadonlySignal<Message | undefined>;
}

/** As the model feeds it. */
export interface FedTimeline extends Timeline {
  stored(message: Message): void;
  changed(message: Message): void;
  hidden(seq: number): void;
  /** What it shows may have changed unheard: it is fetched anew, at the same place. */
  refresh(): Promise<void>;
  /** The newest messages as they were the last time, if there is nothing newer yet. */
  recall(messages: readonly Message[]): void;
}

const pageSize = 60;
const maxKept = 600;
/** Of a timeline that nobody looks at: enough to show it at once, and little for however many there are. */
const maxKeptUnseen = 2 * pageSize;
const maxChanges = 500;

export function createTimeline(storm: StormClient, conversationId: ConversationId): FedTimeline {
  let isSeen = false;
  const state: Signal<TimelineState> = signal<TimelineState>(
    { ...emptyWindow, phase: 'idle', problem: null, epoch: 0 },
    {
      watched() {
        isSeen = true;
      },
      unwatched() {
        isSeen = false;
        letGo();
      },
    },
  );
  /** Grows when the window is exchanged: pages asked for before do not fit the new one. */
  let generation = 0;
  let epoch = 0;
  let older: Promise<void> | undefined;
  let newer: Promise<void> | undefined;
  let opening: { at: number | undefined; promise: Promise<void> } | undefined;

  const page = (query: { before?: number; after?: number; around?: number }) =>
    storm.api.listMessages({ params: { conversationId }, query: { ...query, limit: pageSize } });
  /** Changes that were told: a page that was asked for before may not have them. */
  const changes = new Map<number, Message>();
  const asked = new Set<number>();
  const quotes = new Map<number, Signal<Message | undefined>>();
  const quoteOf = (seq: number): Signal<Message | undefined> => {
    const found = quotes.get(seq) ?? signal<Message | undefined>(undefined);
    quotes.set(seq, found);
    return found;
  };
  const learnQuotes = (all: readonly Message[]): void => {
    for (const message of all) quoteOf(message.seq).value = message;
  };
  const upToDate = (messages: readonly Message[]): readonly Message[] =>
    changes.size === 0
      ? messages
      : messages.map((message) => newerOf(message, changes.get(message.seq) ?? message));
  const put = (window: TimelineWindow): void => {
    state.value = { ...window, phase: 'ready', problem: null, epoch };
  };
  const holds = (at: number | undefined): boolean => {
    const { phase, messages, hasNewer } = state.peek();
    if (phase !== 'ready') return false;
    if (at === undefined) return !hasNewer;
    return (messages[0]?.seq ?? 1) <= at && at <= (messages.at(-1)?.seq ?? 0);
  };

  async function load(at: number | undefined, withinMs = 15_000): Promise<void> {
    const mine = ++generation;
    if (state.peek().phase !== 'ready') state.value = { ...state.peek(), phase: 'loading', problem: null };
    try {
      const ask = () => page(at === undefined ? {} : { around: at });
      const { messages, lastSeq, quoted } = await retry(ask, { withinMs });
      if (mine !== generation) return;
      learnQuotes(quoted);
      // Events that came meanwhile are in the next page.
      const fresh = windowOf(upToDate(messages), Math.max(lastSeq, storedSeq));
      if (!continues(state.peek(), fresh)) epoch = mine;
      put(withHeld(state.peek(), fresh));
      if (at === undefined && state.peek().hasNewer) await loadNewer();
    } catch (error) {
      // What is shown stays; who asked for more hears of it.
      if (!(error instanceof StormProblem) || state.peek().phase === 'ready') throw error;
      if (mine === generation) state.value = { ...state.peek(), phase: 'failed', problem: error };
    }
  }
  /** The newest sequence that an event told of. */
  let storedSeq = 0;

  /** Nobody scrolls there any more. */
  function letGo(): void {
    const { phase, hasNewer, messages } = state.peek();
    if (phase === 'ready' && !hasNewer && messages.length > maxKeptUnseen)
      put(trimmed(state.peek(), 'newer', pageSize));
  }

  async function turn(keep: 'older' | 'newer'): Promise<void> {
    const mine = generation;
    const { messages, phase } = state.peek();
    const edge = keep === 'older' ? messages[0] : messages.at(-1);
    if (phase !== 'ready' || edge === undefined) return;
    const query = keep === 'older' ? { before: edge.seq } : { after: edge.seq };
    const found = await retry(() => page(query), { withinMs: 60_000 });
    if (mine !== generation) return;
    learnQuotes(found.quoted);
    const last = Math.max(found.lastSeq, storedSeq);
    const grown =
      keep === 'older'
        ? withOlderPage(state.peek(), upToDate(found.messages))
        : withNewerPage(state.peek(), upToDate(found.messages), last);
    put(grown);
    const fitting = trimmed(grown, keep, maxKept);
    // One end at a time, so that a list that keeps its place can follow each step.
    if (fitting !== grown)
      setTimeout(() => mine === generation && put(trimmed(state.peek(), keep, maxKept)), 0);
  }
  function replace(seq: number, how: (held: Message) => Message): void {
    const before: TimelineWindow = state.peek();
    const after = withChanged(before, seq, how);
    if (after !== before) state.value = { ...state.peek(), ...after };
  }
  const loadOlder = async (): Promise<void> => {
    if (!state.peek().hasOlder) return;
    older ??= turn('older').finally(() => {
      older = undefined;
    });
    await older;
  };
  const loadNewer = async (): Promise<void> => {
    if (!state.peek().hasNewer) return;
    newer ??= turn('newer').finally(() => {
      newer = undefined;
    });
    await newer;
  };

  return {
    state,
    async open(at) {
      if (holds(at)) return;
      if (opening === undefined || opening.at !== at) {
        const promise = load(at).finally(() => {
          if (opening?.promise === promise) opening = undefined;
        });
        opening = { at, promise };
      }
      await opening.promise;
    },
    loadOlder,
    loadNewer,
    quoted(seq) {
      const known = quoteOf(seq);
      if (known.peek() !== undefined) return known;
      const { messages } = state.peek();
      const here = messages[seq - (messages[0]?.seq ?? 1)];
      if (here !== undefined) known.value = here;
      else if (!asked.has(seq)) {
        asked.add(seq);
        retry(() => page({ around: seq }), { withinMs: 60_000 }).then(
          (found) => learnQuotes(found.messages.filter((one) => one.seq === seq)),
          () => asked.delete(seq),
        );
      }
      return known;
    },
    stored(message) {
      storedSeq = Math.max(storedSeq, message.seq);
      if (state.peek().phase !== 'ready') return;
      const before: TimelineWindow = state.peek();
      const after = withStored(before, message);
      // An open conversation in which much is said must not grow for ever; seldom, since the list is drawn anew.
      const isLong = after.messages.length > (isSeen ? 2 * maxKept : maxKeptUnseen);
      if (after !== before) put(isLong ? trimmed(after, 'newer', isSeen ? maxKept : pageSize) : after);
    },
    changed(message) {
      if (changes.size >= maxChanges) changes.delete(changes.keys().next().value ?? 0);
      if (quotes.has(message.seq)) learnQuotes([message]);
      changes.set(message.seq, newerOf(changes.get(message.seq) ?? message, message));
      replace(message.seq, (held) => newerOf(held, message));
    },
    recall(messages) {
      const { phase } = state.peek();
      if (messages.length === 0 || (phase !== 'idle' && phase !== 'loading')) return;
      put(windowOf(messages, messages.at(-1)?.seq ?? 0));
    },
    hidden: (seq) => replace(seq, (held) => (held.hidden ? held : hiddenOf(held))),
    async refresh() {
      const { phase, messages, hasNewer } = state.peek();
      if (phase === 'idle') return;
      const shown = hasNewer ? messages[messages.length >> 1]?.seq : undefined;
      // Who is on the way to another place goes on to it.
      await load(opening === undefined ? shown : opening.at, Number.POSITIVE_INFINITY);
    },
  };
}
