import type { Socket } from 'node:net';
import type { OutboxGroup } from './outbox-group.ts';

/** Whose frames they are. */
export interface OutboxOwner {
  /** The peer leaves more unread than it may. */
  tooSlow(): void;
}

const littleBytes = 64 * 1_024;
const nothing: readonly Buffer[] = [];

/** What waits to be written to one socket; all frames of one tick leave in one write. */
export class Outbox {
  readonly #group: OutboxGroup;
  readonly #socket: Socket;
  readonly #owner: OutboxOwner;
  #queue: Buffer[] | null = null;
  #pendingBytes = 0;
  #isClosed = false;
  #isAwaitingDrain = false;
  #waiters: (() => void)[] | null = null;

  constructor(group: OutboxGroup, socket: Socket, owner: OutboxOwner) {
    this.#group = group;
    this.#socket = socket;
    this.#owner = owner;
  }

  /** Bytes given and not yet taken by the peer, as known at the last write. */
  get pendingBytes(): number {
    return this.#pendingBytes;
  }

  /** Queues a whole encoded frame. */
  push(frame: Buffer): void {
    if (this.#isClosed) return;
    if (this.#queue === null) {
      this.#queue = [frame];
      this.#group.schedule(this);
    } else this.#queue.push(frame);
    this.#account(this.#pendingBytes + frame.length);
  }

  /** Resolves when little is pending. */
  drained(): Promise<void> {
    if (this.#isClosed || this.#pendingBytes <= littleBytes) return Promise.resolve();
    return new Promise((resolve) => {
      this.#waiters ??= [];
      this.#waiters.push(resolve);
    });
  }

  /** Writes what was queued. */
  flush(): void {
    const queue = this.#queue;
    this.#queue = null;
    if (queue === null) return;
    if (!this.#socket.writable) return this.#account(0);
    const isTaken = this.#socket.write(this.#group.join(queue));
    this.#account(this.#socket.writableLength);
    if (!isTaken) this.#awaitDrain();
  }

  /** Asks the socket how much it still holds. */
  look(): void {
    const queued = (this.#queue ?? nothing).reduce((sum, frame) => sum + frame.length, 0);
    this.#account(this.#socket.writableLength + queued);
    if (this.#pendingBytes <= littleBytes) this.#wake();
  }

  /** Gives up what is queued and tells the owner. */
  cut(): void {
    this.#isClosed = true;
    this.#queue = null;
    this.#owner.tooSlow();
  }

  /** Sends what is queued now and takes nothing more. */
  close(): void {
    this.flush();
    this.#isClosed = true;
  }

  /** For when the socket has ended. */
  forget(): void {
    this.#isClosed = true;
    this.#queue = null;
    this.#account(0);
    this.#group.forget(this);
    this.#wake();
  }

  get isClosed(): boolean {
    return this.#isClosed;
  }

  /** Few sockets are ever slow: only those are listened to. */
  #awaitDrain(): void {
    if (this.#isAwaitingDrain) return;
    this.#isAwaitingDrain = true;
    this.#socket.once('drain', () => {
      this.#isAwaitingDrain = false;
      this.look();
    });
  }

  #account(bytes: number): void {
    this.#group.account(bytes - this.#pendingBytes);
    this.#pendingBytes = bytes;
  }

  #wake(): void {
    const waiters = this.#waiters ?? [];
    this.#waiters = null;
    for (const resolve of waiters) resolve();
  }
}
