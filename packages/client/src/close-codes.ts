import type { closeCodes as contract } from '@storm/contracts';
import { type Backoff, backoffMs } from './backoff.ts';

type Name = keyof typeof contract;

/** Why the platform ends a socket; the type holds it to the contract. */
export const closeCodes: { readonly [N in Name]: (typeof contract)[N]['code'] } = {
  goingAway: 1001,
  protocol: 4400,
  unauthenticated: 4401,
  revoked: 4403,
  helloTimeout: 4408,
  tooSlow: 4409,
  tooMany: 4429,
};

export interface Closed {
  readonly code: number;
  readonly reason: string;
  /** The socket had got as far as `ready`. */
  readonly wasReady: boolean;
}

/** What follows a closed socket. `renew`: with a fresh access token. */
export type AfterClose =
  | { readonly action: 'reconnect'; readonly waitMs: number; readonly renew: boolean }
  | { readonly action: 'end'; readonly signedOut: boolean };

export const reconnectBackoff: Backoff = { firstMs: 250, maxMs: 15_000 };
const maxHintMs = 60_000;
const maxRefusals = 3;

/**
 * @param failedTries how many sockets in a row ended before they had been useful
 */
export function afterClose(
  { code, reason, wasReady }: Closed,
  failedTries: number,
  random = Math.random,
): AfterClose {
  const waitMs = backoffMs(failedTries, reconnectBackoff, random);
  const reconnect = { action: 'reconnect', waitMs, renew: false } as const;
  switch (code) {
    case closeCodes.goingAway: {
      const hintMs = retryHintMs(reason);
      return hintMs === undefined ? reconnect : { ...reconnect, waitMs: hintMs };
    }
    case closeCodes.protocol:
      return { action: 'end', signedOut: false };
    case closeCodes.revoked:
      return { action: 'end', signedOut: true };
    case closeCodes.unauthenticated:
      // Once, a token may have run out on the way; a fresh one that is refused too will not get better.
      if (wasReady || failedTries === 0) return { ...reconnect, renew: true };
      return { action: 'end', signedOut: false };
    case closeCodes.helloTimeout:
      return failedTries < maxRefusals ? reconnect : { action: 'end', signedOut: false };
    default:
      return reconnect;
  }
}

/** A draining gateway spreads its clients: the reason holds how long this one should wait. */
function retryHintMs(reason: string): number | undefined {
  const found = /(\d+)/.exec(reason)?.[1];
  return found === undefined ? undefined : Math.min(maxHintMs, Number(found));
}
