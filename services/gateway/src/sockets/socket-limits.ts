import type { StrangerLimits } from './stranger-door.ts';

/** Bounds of one gateway's sockets; each exists because of what an unfriendly client can do without it. */
export interface SocketLimits {
  /** 4.4 KiB of heap each, beside 20 MiB without them: so many fit below the gateway's `--max-old-space-size`. */
  maxSockets: number;
  /** One message of 16,000 characters fits however it is escaped. */
  maxPayloadBytes: number;
  helloWithinMs: number;
  /** A hello is a token and a cursor. */
  maxBytesBeforeHello: number;
  heartbeatMs: number;
  /** Frames a second that a client may send over time, and at once. */
  framesPerSecond: number;
  framesAtOnce: number;
  /** Sends of one socket that may wait for their commit. */
  maxSendsInFlight: number;
  /** Bytes of messages that all sockets together have begun and not finished. */
  maxTotalUnfinishedBytes: number;
  maxUnreadBytes: number;
  maxTotalUnreadBytes: number;
  /** Reconnects after a drain are spread over so much time for each socket, and over `maxSpreadMs` at most. */
  spreadPerSocketMs: number;
  maxSpreadMs: number;
  strangers: StrangerLimits;
}

export const standardSocketLimits: SocketLimits = {
  maxSockets: 6_500,
  maxPayloadBytes: 128 * 1_024,
  helloWithinMs: 10_000,
  maxBytesBeforeHello: 16 * 1_024,
  heartbeatMs: 25_000,
  framesPerSecond: 200,
  framesAtOnce: 1_000,
  maxSendsInFlight: 256,
  maxTotalUnfinishedBytes: 4 * 1_048_576,
  maxUnreadBytes: 1_048_576,
  maxTotalUnreadBytes: 16 * 1_048_576,
  spreadPerSocketMs: 2,
  maxSpreadMs: 5_000,
  strangers: { holdMs: 5_000, maxHeld: 512 },
};
