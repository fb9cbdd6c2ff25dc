/** A peer, and how much of a message it has sent without finishing it. */
export interface Unfinished {
  unfinishedBytes: number;
  /** Null until it has said who it is. */
  readonly identity: object | null;
  /** Cuts the connection at once: what it holds is free again. */
  terminate(): void;
}

export interface InboundBudget {
  /** Bytes have come from the peer; called before its messages in them are taken. */
  received(from: Unfinished, bytes: number): void;
  /** A message of so many bytes is whole. */
  finished(from: Unfinished, messageBytes: number): void;
  forget(from: Unfinished): void;
  readonly unfinishedBytes: number;
}

export interface InboundLimits {
  /** Of one peer that has not said who it is: a hello is short. */
  maxBytesBeforeHello: number;
  maxTotalBytes: number;
}

/**
 * What all peers together may have begun and not finished. The limits of one socket are not enough: 1,000 peers that
 * each stay just below 128 KiB outgrow the process, before they have said who they are. Above the limit whoever holds
 * most is cut. Frame headers are not known here, so a few bytes a socket count although they hold nothing.
 */
export function createInboundBudget(limits: InboundLimits, peers: Iterable<Unfinished>): InboundBudget {
  let totalBytes = 0;
  let lastChunkBytes = 0;
  const account = (of: Unfinished, bytes: number): void => {
    totalBytes += bytes - of.unfinishedBytes;
    of.unfinishedBytes = bytes;
  };
  const cut = (one: Unfinished): void => {
    account(one, 0);
    one.terminate();
  };
  const cutGreatest = (): void => {
    let greatest: Unfinished | undefined;
    for (const one of peers)
      if (greatest === undefined || one.unfinishedBytes > greatest.unfinishedBytes) greatest = one;
    if (greatest !== undefined) cut(greatest);
  };
  return {
    received(from, bytes) {
      lastChunkBytes = bytes;
      account(from, from.unfinishedBytes + bytes);
      if (from.identity === null && from.unfinishedBytes > limits.maxBytesBeforeHello) cut(from);
      else if (totalBytes > limits.maxTotalBytes) cutGreatest();
    },
    finished(from, messageBytes) {
      // What is left came behind the message, so in the last chunk.
      account(from, Math.max(0, Math.min(from.unfinishedBytes - messageBytes, lastChunkBytes)));
    },
    forget: (from) => account(from, 0),
    get unfinishedBytes() {
      return totalBytes;
    },
  };
}
