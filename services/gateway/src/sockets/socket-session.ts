import type { Socket } from 'node:net';
import {
  type ConversationId,
  closeCodes,
  type SessionId,
  typingEveryMs,
  type UserId,
} from '@storm/contracts';
import type { Problem } from '@storm/runtime';
import type { WebSocket } from 'ws';
import { encodeJsonFrame } from '../realtime/live-event.ts';
import type { Subscriber } from '../realtime/subscriber.ts';
import type { Outbox, OutboxGroup } from './outbox.ts';
import type { SocketLimits } from './socket-limits.ts';

/** Who a socket belongs to, once its hello was accepted. */
export interface Identity {
  userId: UserId;
  sessionId: SessionId;
  expiresAtMs: number;
}

const closeWithinMs = 2_000;
/** Nobody types in more conversations at once. */
const maxTypedAtOnce = 5;

/** One open socket: its peer, its identity once known, its bounds. */
export class SocketSession {
  readonly #socket: WebSocket;
  readonly #outbox: Outbox;
  readonly #limits: SocketLimits;
  #tokens: number;
  #refilledAt = Date.now();
  readonly #typedAt = new Map<ConversationId, number>();
  identity: Identity | null = null;
  subscriber: Subscriber | null = null;
  helloTimer: NodeJS.Timeout | null = null;
  /** As whom it counts as being there. */
  presentAs: UserId | null = null;
  sendsInFlight = 0;
  isAlive = true;
  isClosing = false;

  constructor(socket: WebSocket, stream: Socket, outboxes: OutboxGroup, limits: SocketLimits) {
    this.#socket = socket;
    this.#limits = limits;
    this.#tokens = limits.framesAtOnce;
    this.#outbox = outboxes.create(stream, () => this.close('tooSlow'));
  }

  send(frame: Buffer): void {
    this.#outbox.push(frame);
  }

  sendJson(value: unknown): void {
    this.#outbox.push(encodeJsonFrame(value));
  }

  sendProblem(problem: Problem, about: { ref?: string | undefined; key?: string | undefined } = {}): void {
    const { ref, key } = about;
    this.sendJson({ type: 'error', ...(ref && { ref }), ...(key && { key }), problem: problem.toBody() });
  }

  drained(): Promise<void> {
    return this.#outbox.drained();
  }

  /** Counts one frame against the rate. @returns false when the client sends too fast. */
  admitFrame(): boolean {
    const now = Date.now();
    const refill = ((now - this.#refilledAt) / 1_000) * this.#limits.framesPerSecond;
    this.#tokens = Math.min(this.#limits.framesAtOnce, this.#tokens + refill);
    this.#refilledAt = now;
    if (this.#tokens < 1) return false;
    this.#tokens--;
    return true;
  }

  /** @returns false for a client that says more often than it may that it types. */
  admitTyping(conversationId: ConversationId): boolean {
    const now = Date.now();
    for (const [id, at] of this.#typedAt) if (at + typingEveryMs <= now) this.#typedAt.delete(id);
    if (this.#typedAt.has(conversationId) || this.#typedAt.size >= maxTypedAtOnce) return false;
    this.#typedAt.set(conversationId, now);
    return true;
  }

  /** Ends the socket with a documented code; a peer that does not answer is cut. */
  close(reason: keyof typeof closeCodes, text: string = reason): void {
    if (this.isClosing) return;
    this.isClosing = true;
    this.#outbox.close();
    this.#socket.close(closeCodes[reason].code, text);
    setTimeout(() => this.#socket.terminate(), closeWithinMs).unref();
  }

  /** Asks the peer for a sign of life; one that gave none since the last time is cut. */
  beat(frame: Buffer | null): void {
    if (!this.isAlive) return this.#socket.terminate();
    this.isAlive = false;
    if (frame !== null) this.#outbox.push(frame);
    this.#socket.ping();
  }
}
