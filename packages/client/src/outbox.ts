import type { ConversationId, Message, ServerFrame } from '@storm/contracts';
import { uuidv7 } from 'uuidv7';
import { backoffMs } from './backoff.ts';
import type { EventHub } from './event-hub.ts';
import type { Exchange } from './exchange.ts';
import { defaultBackoff } from './retry.ts';
import type { RouteInput } from './route-types.ts';
import type { SessionKeeper } from './session.ts';
import { type SettledLater, settledLater } from './settled-later.ts';
import { sleep } from './sleep.ts';
import { clientProblem, isRetryable, StormProblem } from './storm-problem.ts';
import type { Wire } from './wire.ts';

export interface Draft {
  text: string;
  mediaIds?: RouteInput<'sendMessage'>['body']['mediaIds'];
  /** The sequence of the message that this one answers. */
  replyTo?: number;
  /** The sender's name for this message, made when absent. Keep it with the draft to try again after a restart. */
  key?: string;
}

export interface SendOptions {
  signal?: AbortSignal;
  /** How long to go on trying; 2 minutes when absent. */
  withinMs?: number;
  /** Which way the first try goes; over the socket when it is open. */
  over?: 'socket' | 'http';
  /** Begin only when the earlier sends to this conversation have ended, so that a retry cannot change their order. */
  inOrder?: boolean;
}

/** A message that is committed. */
export interface SentMessage {
  readonly id: Message['id'];
  readonly conversationId: ConversationId;
  readonly seq: number;
  readonly key: string;
  readonly text: string;
  /** An earlier try had already stored it. */
  readonly duplicate: boolean;
}

export interface Outbox {
  send(conversationId: ConversationId, draft: Draft, options?: SendOptions): Promise<SentMessage>;
}

interface Deps {
  exchange: Exchange;
  session: SessionKeeper;
  wire: Wire;
  hub: EventHub;
  timeoutMs: number;
}

interface Place {
  readonly id: Message['id'];
  readonly seq: number;
  readonly duplicate: boolean;
}
type Outcome = Place | 'accepted';

/** One try over the socket and everything that can settle it. */
interface Waiting {
  readonly conversationId: ConversationId;
  readonly text: string;
  /** Its event was heard: what counts when the answer to a try was lost, or only said `accepted`. */
  readonly stored: SettledLater<Place>;
  attempt: SettledLater<Outcome> | undefined;
  /** Ends the wait between two tries. */
  awake: SettledLater<void> | undefined;
}

const acceptedPoll = { firstMs: 4_000, maxMs: 15_000 };

/** Sends until the platform says that the message is stored, always under the same key. */
export function createOutbox({ exchange, session, wire, hub, timeoutMs }: Deps): Outbox {
  const waiting = new Map<string, Waiting>();
  const lanes = new Map<string, Promise<unknown>>();

  hub.on('message-stored.v1', (message) => {
    const own = waiting.get(message.key);
    if (own?.conversationId !== message.conversationId || own.text !== message.text) return;
    if (message.senderId !== session.current?.user.id) return;
    own.stored.resolve({ id: message.id, seq: message.seq, duplicate: false });
  });
  wire.onFrame((frame: ServerFrame) => {
    // There is a connection again: what waits for its next try need not wait longer.
    if (frame.type === 'ready') for (const { awake } of waiting.values()) awake?.resolve();
    if (frame.type === 'sent') {
      const attempt = waiting.get(frame.key)?.attempt;
      const { id, seq, duplicate = false } = frame;
      if (frame.status === 'accepted' || id === undefined || seq === undefined) attempt?.resolve('accepted');
      else attempt?.resolve({ id, seq, duplicate });
    }
    if (frame.type === 'error' && frame.key !== undefined) {
      waiting.get(frame.key)?.attempt?.reject(new StormProblem(frame.problem));
    }
  });
  wire.onCut(() => {
    for (const { attempt } of waiting.values()) attempt?.reject(clientProblem('disconnected'));
  });

  async function overSocket(own: Waiting, key: string, draft: Draft): Promise<Outcome> {
    const attempt = settledLater<Outcome>();
    own.attempt = attempt;
    const timer = setTimeout(() => attempt.reject(clientProblem('timed-out')), timeoutMs);
    try {
      const { text, mediaIds, replyTo } = draft;
      wire.send({
        type: 'send',
        conversationId: own.conversationId,
        key,
        text,
        ...(mediaIds && { mediaIds }),
        ...(replyTo !== undefined && { replyTo }),
      });
      return await attempt.promise;
    } finally {
      clearTimeout(timer);
      own.attempt = undefined;
    }
  }

  async function overHttp(own: Waiting, key: string, draft: Draft, signal?: AbortSignal): Promise<Outcome> {
    const { text, mediaIds, replyTo } = draft;
    const answer = await exchange.json(
      'sendMessage',
      {
        params: { conversationId: own.conversationId },
        body: { key, text, ...(mediaIds && { mediaIds }), ...(replyTo !== undefined && { replyTo }) },
      },
      { signal },
    );
    if (answer.status === 202) return 'accepted';
    return { id: answer.body.id, seq: answer.body.seq, duplicate: answer.status === 200 };
  }

  async function sendUntilStored(
    own: Waiting,
    key: string,
    draft: Draft,
    options: SendOptions,
  ): Promise<Place> {
    const { withinMs = 120_000, signal, over } = options;
    const deadlineAtMs = Date.now() + withinMs;
    for (let tries = 0; ; tries++) {
      let waitMs: number;
      let problem: unknown;
      try {
        const bySocket = wire.isOpen && !(over === 'http' && tries === 0);
        const attempt = bySocket ? overSocket(own, key, draft) : overHttp(own, key, draft, signal);
        const outcome = await orAborted(attempt, signal);
        if (outcome !== 'accepted') return outcome;
        waitMs = backoffMs(tries, acceptedPoll);
      } catch (error) {
        if (!isRetryable(error)) throw error;
        problem = error;
        waitMs = Math.max(error.retryAfterMs ?? 0, backoffMs(tries, defaultBackoff));
      }
      const leftMs = deadlineAtMs - Date.now();
      own.awake = settledLater<void>();
      const pause = sleep(Math.max(0, Math.min(waitMs, leftMs)), signal);
      const place = await Promise.race([own.stored.promise, pause, own.awake.promise]);
      own.awake = undefined;
      if (place !== undefined) return place;
      if (waitMs >= leftMs) {
        throw problem ?? clientProblem('timed-out', 'accepted, but not stored in the time given');
      }
    }
  }

  async function send(
    conversationId: ConversationId,
    draft: Draft,
    options: SendOptions,
  ): Promise<SentMessage> {
    const key = draft.key ?? uuidv7();
    // Answers carry the key alone, so two sends under one key go one after the other.
    const lane = [`key ${key}`, ...(options.inOrder ? [`conversation ${conversationId}`] : [])];
    const before = lane.map((name) => lanes.get(name));
    const own: Waiting = {
      conversationId,
      text: draft.text,
      stored: settledLater(),
      attempt: undefined,
      awake: undefined,
    };
    const run = async (): Promise<Place> => {
      await Promise.allSettled(before);
      waiting.set(key, own);
      try {
        return await sendUntilStored(own, key, draft, options);
      } finally {
        waiting.delete(key);
      }
    };
    const running = run();
    for (const name of lane) lanes.set(name, running);
    try {
      const place = await running;
      return { conversationId, key, text: draft.text, ...place };
    } finally {
      for (const name of lane) if (lanes.get(name) === running) lanes.delete(name);
    }
  }

  return { send: (conversationId, draft, options = {}) => send(conversationId, draft, options) };
}

/** Gives up waiting when the signal fires; what was sent may still be stored. */
function orAborted<T>(promise: Promise<T>, signal: AbortSignal | undefined): Promise<T> {
  if (signal === undefined) return promise;
  const aborted = settledLater<never>();
  const stop = (): void => aborted.reject(signal.reason);
  if (signal.aborted) stop();
  signal.addEventListener('abort', stop, { once: true });
  return Promise.race([promise, aborted.promise]).finally(() => signal.removeEventListener('abort', stop));
}
