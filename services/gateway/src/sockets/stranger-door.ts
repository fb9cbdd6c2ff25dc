import type { Duplex } from 'node:stream';
import type { Problem } from '@storm/runtime';
import { createLruMap } from '../store/lru-map.ts';

export interface StrangerDoor {
  /** A socket from this address came to nothing: it ended before it had said who it is, or said something wrong. */
  failed(address: string): void;
  /** Answers the handshake of an address that failed too often. @returns false when it may come in */
  turnsAway(address: string, stream: Duplex): boolean;
  /** Answers all that still wait. */
  close(): void;
}

export interface StrangerLimits {
  /** The answer waits so long, and not beyond the end of the window: who comes again at once would cost more than a refusal saves. */
  holdMs: number;
  /** What waits for its answer at once; more are answered at once. */
  maxHeld: number;
}

const maxAddresses = 10_000;

/**
 * Sockets count like requests: who keeps coming without saying who he is is limited by address, beside his requests
 * without a valid token. Cutting a socket for what it sends costs nobody much who
 * opens the next one: two hundred handshakes a second are all that a gateway is given.
 */
export function createStrangerDoor(
  countStranger: (address: string) => Problem | undefined,
  limits: StrangerLimits,
): StrangerDoor {
  /** By address: when it may come again. */
  const refusedUntil = createLruMap<string, number>(maxAddresses);
  const held = new Map<Duplex, { timer: NodeJS.Timeout; until: number }>();
  const forget = (stream: Duplex): void => {
    clearTimeout(held.get(stream)?.timer);
    held.delete(stream);
  };
  const answer = (stream: Duplex, until: number): void => {
    forget(stream);
    refuseHandshake(stream, 429, until - Date.now());
  };
  return {
    failed(address) {
      const leftMs = countStranger(address)?.options.retryAfterMs;
      if (leftMs !== undefined) refusedUntil.set(address, Date.now() + leftMs);
    },
    turnsAway(address, stream) {
      const until = refusedUntil.get(address) ?? 0;
      const waitMs = Math.min(limits.holdMs, until - Date.now());
      if (waitMs <= 0) return false;
      if (held.size >= limits.maxHeld) answer(stream, until);
      else {
        held.set(stream, { timer: setTimeout(() => answer(stream, until), waitMs), until });
        stream.on('error', () => stream.destroy()).once('close', () => forget(stream));
      }
      return true;
    },
    close() {
      for (const [stream, { until }] of held) answer(stream, until);
    },
  };
}

/** Answers a handshake that leads to nothing. A peer that is gone meanwhile is no fault of ours. */
export function refuseHandshake(stream: Duplex, status: number, retryAfterMs?: number): void {
  stream.on('error', () => stream.destroy());
  const retryAfter =
    retryAfterMs === undefined ? '' : `Retry-After: ${Math.max(1, Math.ceil(retryAfterMs / 1_000))}\r\n`;
  stream.end(`HTTP/1.1 ${status} Refused\r\nConnection: close\r\n${retryAfter}Content-Length: 0\r\n\r\n`);
}
