import type { Socket } from 'node:net';
import {
  type ConversationId,
  closeCodes,
  type SessionId,
  typingEveryMs,
  type UserId,
} from '@storm/contracts';
import type { Logger, Problem } from '@storm/runtime';
import type { WebSocket } from 'ws';
import type { ResyncReason } from '../realtime/judge-cursor.ts';
import type { Subscriber, SubscriberHost } from '../realtime/subscriber.ts';
import { encodeAsciiFrame, encodeJsonFrame } from '../realtime/text-frame.ts';
import type { Outbox, OutboxOwner } from './outbox.ts';
import type { OutboxGroup } from './outbox-group.ts';
import type { SocketLimits } from './socket-limits.ts';

/** Who a socket belongs to, once its hello was accepted. */
export interface Identity {
  userId: UserId;
  sessionId: SessionId;
  expiresAtMs: number;
}

/** What all sessions of this process share. */
export interface SessionContext {
  readonly outboxes: OutboxGroup;
  readonly limits: SocketLimits;
  readonly log: Logger;
}

const closeWithinMs = 2_000;
/** Nobody types in more conversations at once. */
const maxTypedAtOnce = 5;

/**
 * One open socket: its peer, its identity once known, its bounds. Thousands of them sit there and say nothing, so what
 * one holds counts: methods and no closures, and nothing made before it is needed.
 */
export class SocketSession implements SubscriberHost, OutboxOwner {
  readonly #socket: WebSocket;
  readonly #context: SessionContext;
  readonly #outbox: Outbox;
  #tokens: number;
  #refilledAt = Date.now();
  #typedAt: Map<ConversationId, number> | null = null;
  identity: Identity | null = null;
  /** Where it came from, until it has said who it is; what ends before that counts against the address. */
  strangerFrom: string | null = null;
  subscriber: Subscriber | null = null;
  helloTimer: NodeJS.Timeout | null = null;
  /** As whom it counts as being there. */
  presentAs: UserId | null = null;
  sendsInFlight = 0;
  unfinishedBytes = 0;
  isAlive = true;
  isClosing = false;

  constructor(socket: WebSocket, stream: Socket, context: SessionContext) {
    this.#socket = socket;
    this.#context = context;
    this.#tokens = context.limits.framesAtOnce;
    this.#outbox = context.outboxes.create(stream, this);
  }

  send(frame: Buffer): void {
    this.#outbox.push(frame);
  }

  sendJson(value: unknown): void {
    this.#outbox.push(encodeJsonFrame(value));
  }

  /** @param text JSON without a character beyond ASCII. */
  sendAscii(text: string): void {
    this.#outbox.push(encodeAsciiFrame(text));
  }

  sendProblem(problem: Problem, about: { ref?: string | undefined; key?: string | undefined } = {}): void {
    const { ref, key } = about;
    this.sendJson({ type: 'error', ...(ref && { ref }), ...(key && { key }), problem: problem.toBody() });
  }

  drained(): Promise<void> {
    return this.#outbox.drained();
  }

  tooSlow(): void {
    this.close('tooSlow');
  }

  resync(reason: ResyncReason, cursor: string): void {
    this.sendJson({ type: 'resync', reason, cursor });
  }

  sessionRevoked(sessionId: string): void {
    if (sessionId === this.identity?.sessionId) this.close('revoked');
  }

  lost(error: unknown): void {
    this.#context.log.warn({ err: error }, 'a socket could not be caught up');
    this.close('goingAway');
  }

  /** Counts one frame against the rate. @returns false when the client sends too fast. */
  admitFrame(): boolean {
    const { framesPerSecond, framesAtOnce } = this.#context.limits;
    const now = Date.now();
    const refill = ((now - this.#refilledAt) / 1_000) * framesPerSecond;
    this.#tokens = Math.min(framesAtOnce, this.#tokens + refill);
    this.#refilledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** @returns false for a client that says more often than it may that it types. */
  admitTyping(conversationId: ConversationId): boolean {
    const now = Date.now();
    this.#typedAt ??= new Map();
    for (const [id, at] of this.#typedAt) if (at + typingEveryMs <= now) this.#typedAt.delete(id);
    if (this.#typedAt.has(conversationId) || this.#typedAt.size >= maxTypedAtOnce) return false;
    this.#typedAt.set(conversationId, now);
    return true;
  }

  /** Ends the socket with a documented code; a peer that does not answer is cut. */
  close(reason: keyof typeof closeCodes, text: string = reason): void {
    if (this.isClosing) return;
    this.isClosing = true;
    // That we send it away is no fault of its own.
    if (reason === 'goingAway') this.strangerFrom = null;
    this.#outbox.close();
    this.#socket.close(closeCodes[reason].code, text);
    setTimeout(() => this.#socket.terminate(), closeWithinMs).unref();
  }

  terminate(): void {
    this.#socket.terminate();
  }

  /** Asks the peer for a sign of life; one that gave none since the last time is cut. */
  beat(ping: Buffer): void {
    if (!this.isAlive) return this.#socket.terminate();
    this.isAlive = false;
    this.#outbox.push(ping);
  }

  /** The socket has ended. */
  ended(): void {
    this.isClosing = true;
    if (this.helloTimer !== null) clearTimeout(this.helloTimer);
    this.subscriber?.stop();
    this.#outbox.forget();
  }
}
