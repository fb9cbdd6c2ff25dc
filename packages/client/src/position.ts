import type { ConversationId, Message, StormEvent } from '@storm/contracts';
import type { Exchange } from './exchange.ts';
import { type ConversationState, fetchState } from './fetch-state.ts';
import type { KeyValueStore } from './key-value-store.ts';
import { createListeners } from './listeners.ts';
import { retry } from './retry.ts';
import { createSaveLatest } from './save-latest.ts';
import { createSequencer } from './sequencer.ts';
import { StormProblem } from './storm-problem.ts';

/** `start`: there was no place to go on from. The rest: what was missed cannot be given any more. */
export type ResyncReason = 'start' | 'too-old' | 'too-far' | 'past-end' | 'epoch' | 'invalid' | 'overflow';

/** The state to draw from scratch; the events that follow continue it. */
export interface Resync extends ConversationState {
  readonly reason: ResyncReason;
}

/** Where this client stands in the stream of events, and how it finds its place again. */
export interface Position {
  readonly cursor: string | undefined;
  /** The cursor to connect with; fetches the state first when there is none and the app starts from it. */
  begin(): Promise<string | undefined>;
  /** Connected; `cursor` is where the stream goes on for who gave none. */
  ready(cursor: string): void;
  event(event: StormEvent, cursor: string): void;
  pass(cursor: string): void;
  lost(reason: ResyncReason): void;
  onResync(listener: (resync: Resync) => void): () => void;
  end(): Promise<void>;
}

export interface PositionOptions {
  exchange: Exchange;
  store: KeyValueStore;
  deliver: (event: StormEvent) => void;
  /** `state`: conversations first, then events. `now`: only what happens from now on. */
  startFrom: 'state' | 'now';
  onFault: (error: unknown) => void;
}

const maxKept = 5_000;
const saveEveryMs = 100;
const forAsLongAsItTakes = { withinMs: Number.POSITIVE_INFINITY };

export function createPosition({ exchange, store, deliver, startFrom, onFault }: PositionOptions): Position {
  const stop = new AbortController();
  const { signal } = stop;
  const listeners = createListeners<Resync>(onFault);
  const saved = createSaveLatest<string | null>((value) => store.set('cursor', value), saveEveryMs, onFault);
  let cursor: string | undefined;
  let loaded = false;
  let fetching: Promise<void> | undefined;
  let fetchAgain: ResyncReason | undefined;
  /** Events that came while the state was being fetched. */
  let kept: { event: StormEvent; cursor: string }[] = [];

  const moveTo = (next: string): void => {
    cursor = next;
    saved.save(next);
  };
  const fetchAfter = async (conversationId: ConversationId, after: number, limit: number) => {
    const input = { params: { conversationId }, query: { after, limit } };
    const page = await retry(() => exchange.json('listMessages', input, { signal }), {
      ...forAsLongAsItTakes,
      signal,
    });
    return page.body.messages as readonly Message[];
  };
  const sequencer = createSequencer({
    deliver,
    fetchAfter,
    onCursor: moveTo,
    onOverflow: () => lost('overflow'),
  });

  async function refetch(first: ResyncReason): Promise<void> {
    let state: ConversationState;
    let reason = first;
    do {
      reason = fetchAgain ?? reason;
      fetchAgain = undefined;
      state = await retry(() => fetchState(exchange, signal), { ...forAsLongAsItTakes, signal });
    } while (fetchAgain !== undefined);
    sequencer.restart(state.conversations);
    moveTo(state.cursor);
    const events = kept;
    kept = [];
    fetching = undefined;
    listeners.tell({ reason, ...state });
    for (const late of events) event(late.event, late.cursor);
  }

  function lost(reason: ResyncReason): void {
    if (fetching !== undefined) {
      fetchAgain = reason;
      return;
    }
    cursor = undefined;
    saved.save(null);
    fetching = refetch(reason);
    fetching.catch((error: unknown) => {
      fetching = undefined;
      if (!signal.aborted && !(error instanceof StormProblem)) onFault(error);
    });
  }

  function event(next: StormEvent, at: string): void {
    if (fetching === undefined) return sequencer.push(next, at);
    kept.push({ event: next, cursor: at });
    if (kept.length > maxKept) {
      kept = [];
      fetchAgain = 'overflow';
    }
  }

  return {
    get cursor() {
      return cursor;
    },
    async begin() {
      if (!loaded) {
        cursor = (await store.get('cursor')) ?? undefined;
        loaded = true;
      }
      if (cursor === undefined && fetching === undefined && startFrom === 'state') lost('start');
      await fetching;
      return cursor;
    },
    ready(at) {
      if (cursor === undefined && fetching === undefined) moveTo(at);
    },
    event,
    pass(at) {
      if (fetching === undefined) sequencer.pass(at);
    },
    lost,
    onResync: (listener) => listeners.add(listener),
    async end() {
      stop.abort();
      sequencer.restart([]);
      await saved.flush();
    },
  };
}
