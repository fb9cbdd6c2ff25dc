import type { Socket } from 'node:net';
import { Outbox, type OutboxOwner } from './outbox.ts';

export interface OutboxLimits {
  /** Bytes that one socket may leave unread. */
  maxBytes: number;
  /** Bytes that all sockets together may leave unread. */
  maxTotalBytes: number;
}

/** Outboxes of all sockets of this process: one flush a tick for all, and one budget. */
export class OutboxGroup {
  readonly #limits: OutboxLimits;
  readonly #boxes = new Set<Outbox>();
  #dirty: Outbox[] = [];
  #totalBytes = 0;
  #joinedFrames: readonly Buffer[] = [];
  #joined: Buffer = Buffer.alloc(0);

  constructor(limits: OutboxLimits) {
    this.#limits = limits;
  }

  create(socket: Socket, owner: OutboxOwner): Outbox {
    const box = new Outbox(this, socket, owner);
    this.#boxes.add(box);
    return box;
  }

  get pendingBytes(): number {
    return this.#totalBytes;
  }

  /** To be written at the end of this tick. */
  schedule(box: Outbox): void {
    if (this.#dirty.push(box) === 1) setImmediate(this.#flush);
  }

  account(moreBytes: number): void {
    this.#totalBytes += moreBytes;
  }

  forget(box: Outbox): void {
    this.#boxes.delete(box);
  }

  /**
   * Several frames as one buffer: one plain write costs less than a list of them, and the sockets of a room, which
   * mostly have the same frames to write, share the bytes.
   */
  join(frames: readonly Buffer[]): Buffer {
    const [first] = frames;
    if (frames.length === 1 && first !== undefined) return first;
    const last = this.#joinedFrames;
    const isSame = frames.length === last.length && frames.every((frame, index) => frame === last[index]);
    if (!isSame) {
      this.#joinedFrames = frames;
      this.#joined = Buffer.concat(frames);
    }
    return this.#joined;
  }

  readonly #flush = (): void => {
    const dirty = this.#dirty;
    this.#dirty = [];
    for (const box of dirty) {
      box.flush();
      if (!box.isClosed && box.pendingBytes > this.#limits.maxBytes) box.cut();
    }
    if (this.#totalBytes > this.#limits.maxTotalBytes) this.#cutSlowest();
  };

  #cutSlowest(): void {
    let slowest: Outbox | undefined;
    for (const box of this.#boxes) {
      // What it was at the last write may be long gone.
      box.look();
      if (slowest === undefined || box.pendingBytes > slowest.pendingBytes) slowest = box;
    }
    if (this.#totalBytes > this.#limits.maxTotalBytes) slowest?.cut();
  }
}
