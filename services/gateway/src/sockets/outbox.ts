import type { Socket } from 'node:net';

export interface OutboxLimits {
  /** Bytes that one socket may leave unread. */
  maxBytes: number;
  /** Bytes that all sockets together may leave unread. */
  maxTotalBytes: number;
}

export interface Outbox {
  /** Queues a whole encoded frame; all frames of one tick leave in one write. */
  push(frame: Buffer): void;
  /** Bytes given and not yet taken by the peer. */
  readonly pendingBytes: number;
  /** Resolves when little is pending. */
  drained(): Promise<void>;
  /** Sends what is queued now and takes nothing more. */
  close(): void;
}

export interface OutboxGroup {
  create(socket: Socket, onTooSlow: () => void): Outbox;
  readonly pendingBytes: number;
}

const littleBytes = 64 * 1_024;

/**
 * Several frames as one buffer: one plain write costs less than a list of them, and the sockets of a room, which mostly
 * have the same frames to write, share the bytes.
 */
function createJoin(): (frames: readonly Buffer[]) => Buffer {
  let last: readonly Buffer[] = [];
  let bytes: Buffer = Buffer.alloc(0);
  return (frames) => {
    const [first] = frames;
    if (frames.length === 1 && first !== undefined) return first;
    const isSame = frames.length === last.length && frames.every((frame, index) => frame === last[index]);
    if (!isSame) {
      last = frames;
      bytes = Buffer.concat(frames);
    }
    return bytes;
  };
}

/** Outboxes of all sockets of this process: one flush a tick for all, and one budget. */
export function createOutboxGroup(limits: OutboxLimits): OutboxGroup {
  const dirty: Box[] = [];
  const boxes = new Set<Box>();
  const joined = createJoin();
  let scheduled = false;
  let totalBytes = 0;

  interface Box {
    socket: Socket;
    queue: Buffer[];
    /** Queued here plus what the stream had not written at the last flush. */
    pending: number;
    closed: boolean;
    waiters: (() => void)[];
    onTooSlow(): void;
  }

  const account = (box: Box, bytes: number): void => {
    totalBytes += bytes - box.pending;
    box.pending = bytes;
  };
  const write = (box: Box): void => {
    const { socket, queue } = box;
    box.queue = [];
    if (!socket.writable) return account(box, 0);
    socket.write(joined(queue));
    account(box, socket.writableLength);
  };
  const cutSlowest = (): void => {
    let slowest: Box | undefined;
    for (const box of boxes) if (slowest === undefined || box.pending > slowest.pending) slowest = box;
    if (slowest !== undefined) cut(slowest);
  };
  const cut = (box: Box): void => {
    box.closed = true;
    box.queue = [];
    box.onTooSlow();
  };
  const flush = (): void => {
    scheduled = false;
    for (const box of dirty.splice(0)) {
      if (box.queue.length > 0) write(box);
      if (!box.closed && box.pending > limits.maxBytes) cut(box);
    }
    if (totalBytes > limits.maxTotalBytes) cutSlowest();
  };
  const wake = (box: Box): void => {
    account(box, box.socket.writableLength + box.queue.reduce((sum, frame) => sum + frame.length, 0));
    if (box.pending > littleBytes) return;
    for (const resolve of box.waiters.splice(0)) resolve();
  };

  return {
    create(socket, onTooSlow) {
      const box: Box = { socket, queue: [], pending: 0, closed: false, waiters: [], onTooSlow };
      boxes.add(box);
      socket.on('drain', () => wake(box));
      socket.once('close', () => {
        box.closed = true;
        account(box, 0);
        boxes.delete(box);
        for (const resolve of box.waiters.splice(0)) resolve();
      });
      return {
        push(frame) {
          if (box.closed) return;
          if (box.queue.push(frame) === 1) dirty.push(box);
          box.pending += frame.length;
          totalBytes += frame.length;
          if (scheduled) return;
          scheduled = true;
          setImmediate(flush);
        },
        get pendingBytes() {
          return box.pending;
        },
        drained: () =>
          box.closed || box.pending <= littleBytes
            ? Promise.resolve()
            : new Promise((resolve) => box.waiters.push(resolve)),
        close() {
          if (box.queue.length > 0) write(box);
          box.closed = true;
        },
      };
    },
    get pendingBytes() {
      return totalBytes;
    },
  };
}
