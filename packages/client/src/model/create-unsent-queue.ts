import { type ReadonlySignal, type Signal, signal } from '@preact/signals-core';
import type { ConversationId, MediaId, UserId } from '@storm/contracts';
import { uuidv7 } from 'uuidv7';
import type { StormClient } from '../create-storm-client.ts';
import { exclusive } from '../exclusive.ts';
import { retry } from '../retry.ts';
import { StormProblem } from '../storm-problem.ts';
import type { Unsent, UnsentFile, UnsentStore } from './unsent.ts';

/** A message of one's own that is not in the timeline yet, as it is shown below it. */
export interface Pending extends Unsent {
  readonly state: 'waiting' | 'sending' | 'sent' | 'failed';
  /** Of its files, 0 to 1; null when nothing is being uploaded. */
  readonly progress: number | null;
}

export interface NewMessage {
  readonly text: string;
  readonly files?: readonly File[] | undefined;
  /** The sequence of the message that this one answers. */
  readonly replyTo?: number | undefined;
}

/** Messages that survive a reload, and go out in their order under their keys, from whichever tab is there. */
export interface UnsentQueue {
  readonly pending: ReadonlySignal<readonly Pending[]>;
  /** Kept in the store and shown when it resolves; sent from then on. */
  add(conversationId: ConversationId, message: NewMessage): Promise<void>;
  retry(key: string): Promise<void>;
  /** Takes it back, if it was not stored by then. */
  remove(key: string): Promise<void>;
  /** It is in the timeline now. */
  arrived(key: string): void;
  /** Reads the store and sends what waits there. */
  start(): Promise<void>;
  stop(): void;
}

export interface UnsentQueueOptions {
  storm: StormClient;
  store: UnsentStore;
  userId: UserId;
  /** Tells the other tabs that the store has changed. */
  announce?: () => void;
  onFault: (error: unknown) => void;
}

export function createUnsentQueue(options: UnsentQueueOptions): UnsentQueue & { reread(): Promise<void> } {
  const { storm, store, userId, announce = () => undefined, onFault } = options;
  const pending: Signal<readonly Pending[]> = signal([]);
  const draining = new Map<ConversationId, Promise<void>>();
  /** On their way into the store. */
  const adding = new Set<string>();
  const aborts = new Map<string, AbortController>();
  const stop = new AbortController();

  const show = (key: string, change: Partial<Pending>): void => {
    pending.value = pending.peek().map((one) => (one.key === key ? { ...one, ...change } : one));
  };
  const hide = (key: string): void => {
    pending.value = pending.peek().filter((one) => one.key !== key);
  };

  async function uploadFiles(unsent: Unsent, signal: AbortSignal): Promise<Unsent> {
    let current = unsent;
    const total = unsent.files.reduce((sum, { bytes }) => sum + bytes, 0) || 1;
    let done = 0;
    for (const file of unsent.files) {
      if (file.mediaId === null) {
        const { data, name, contentType } = file;
        const onProgress = (sent: number) =>
          show(unsent.key, { progress: Math.min(1, (done + sent) / total) });
        onProgress(0);
        const upload = () =>
          storm.upload(unsent.conversationId, { data, name, contentType }, { signal, onProgress });
        const { id } = await retry(upload, { withinMs: Number.POSITIVE_INFINITY, signal });
        current = {
          ...current,
          files: current.files.map((one) => (one.id === file.id ? uploaded(one, id) : one)),
        };
        await store.update(current);
      }
      done += file.bytes;
    }
    show(unsent.key, { progress: null });
    return current;
  }

  async function sendOne(unsent: Unsent): Promise<void> {
    const abort = new AbortController();
    aborts.set(unsent.key, abort);
    const signal = AbortSignal.any([abort.signal, stop.signal]);
    show(unsent.key, { state: 'sending' });
    try {
      const { conversationId, key, text, files, replyTo } = await uploadFiles(unsent, signal);
      const mediaIds = files.flatMap(({ mediaId }) => (mediaId === null ? [] : [mediaId]));
      const draft = {
        key,
        text,
        ...(mediaIds.length > 0 && { mediaIds }),
        ...(replyTo !== undefined && { replyTo }),
      };
      await storm.send(conversationId, draft, { withinMs: Number.POSITIVE_INFINITY, signal });
      await store.remove(key);
      show(key, { state: 'sent' });
      announce();
    } catch (error) {
      if (signal.aborted) return;
      if (!(error instanceof StormProblem) || error.code === 'not-signed-in') throw error;
      const failure = { code: error.code, title: error.title };
      await store.update({ ...unsent, failure });
      show(unsent.key, { state: 'failed', failure, progress: null });
      announce();
    } finally {
      aborts.delete(unsent.key);
    }
  }

  /** Only one tab sends to a conversation at a time; whoever has its lock sends what all of them have left there. */
  async function sendAll(conversationId: ConversationId): Promise<void> {
    await exclusive(`storm-unsent-${userId}-${conversationId}`, async () => {
      for (let tried = ''; !stop.signal.aborted; ) {
        const next = (await store.list(userId)).find(
          (one) => one.conversationId === conversationId && one.failure === null && one.key > tried,
        );
        if (next === undefined) return;
        tried = next.key;
        await sendOne(next);
      }
    });
  }

  function drain(conversationId: ConversationId): void {
    const before = draining.get(conversationId) ?? Promise.resolve();
    const running = before.then(() => sendAll(conversationId)).catch(onFault);
    draining.set(conversationId, running);
    void running.then(() => {
      if (draining.get(conversationId) === running) draining.delete(conversationId);
    });
  }

  async function reread(): Promise<void> {
    const shownBefore = new Set(pending.peek().map(({ key }) => key));
    const stored = await store.list(userId);
    const known = new Map(pending.peek().map((one) => [one.key, one]));
    const inStore = new Set(stored.map(({ key }) => key));
    const shown = stored.map((one): Pending => {
      const before = known.get(one.key);
      if (one.failure !== null) return { ...one, state: 'failed', progress: null };
      const isNew = before === undefined || before.state === 'failed';
      return isNew ? { ...one, state: 'waiting', progress: null } : { ...before, ...one };
    });
    // What is gone from the store was sent, and stays to be seen until its event comes; or it was taken back.
    const sent = pending.peek().filter(({ key, state }) => !inStore.has(key) && state === 'sent');
    // What was added while the store was being read may not be in what was read.
    const added = pending.peek().filter(({ key }) => !inStore.has(key) && !shownBefore.has(key));
    const kept = new Set([...sent, ...added]);
    pending.value = [...kept, ...shown].toSorted((one, other) => (one.key < other.key ? -1 : 1));
  }

  return {
    pending,
    reread,
    async add(conversationId, { text, files = [], replyTo }) {
      const unsent: Unsent = {
        key: uuidv7(),
        userId,
        conversationId,
        text,
        files: files.map(
          (data): UnsentFile => ({
            id: uuidv7(),
            name: data.name,
            contentType: data.type || 'application/octet-stream',
            bytes: data.size,
            data,
            mediaId: null,
          }),
        ),
        ...(replyTo !== undefined && { replyTo }),
        createdAtMs: Date.now(),
        failure: null,
      };
      adding.add(unsent.key);
      try {
        await store.put(unsent);
        // Another tab may have found it there already, and sent it.
        const isNews = adding.has(unsent.key) && !pending.peek().some(({ key }) => key === unsent.key);
        if (isNews) pending.value = [...pending.peek(), { ...unsent, state: 'waiting', progress: null }];
      } finally {
        adding.delete(unsent.key);
      }
      announce();
      drain(conversationId);
    },
    async retry(key) {
      const found = (await store.list(userId)).find((one) => one.key === key);
      if (found === undefined) return;
      await store.update({ ...found, failure: null });
      show(key, { state: 'waiting', failure: null });
      announce();
      drain(found.conversationId);
    },
    async remove(key) {
      await store.remove(key);
      aborts.get(key)?.abort();
      hide(key);
      announce();
    },
    arrived(key) {
      adding.delete(key);
      if (pending.peek().some((one) => one.key === key)) hide(key);
    },
    async start() {
      await reread();
      for (const id of new Set(pending.peek().map(({ conversationId }) => conversationId))) drain(id);
    },
    stop: () => stop.abort(),
  };
}

const uploaded = (file: UnsentFile, mediaId: MediaId): UnsentFile => ({ ...file, mediaId });
