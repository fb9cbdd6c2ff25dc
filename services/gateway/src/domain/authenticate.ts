import { createHash } from 'node:crypto';
import { problems } from '../problems.ts';
import { createLruMap } from '../store/lru-map.ts';
import type { Principal } from './principal.ts';

/** Checks signature and claims of a token. @throws Problem `unauthenticated`, or `service-unavailable` without keys. */
export type VerifyToken = (token: string) => Promise<Principal>;

export interface SessionRevocations {
  /** What this gateway has heard. */
  isRevoked(sessionId: string): boolean;
  /** As `isRevoked`, and asks the shared cache too. */
  findRevoked(sessionId: string): Promise<boolean>;
}

/**
 * @returns the principal, at once when the token was checked before (about 1 us).
 * @throws Problem `unauthenticated` (rejects, or throws at once for a token known to be over).
 */
export type Authenticate = (token: string) => Principal | Promise<Principal>;

const maxTokenLength = 4_096;
const maxCached = 10_000;

/**
 * One check for every door: HTTP and sockets. Checked tokens are remembered until they expire.
 * @param keyOf what a token is remembered by: itself is quickest, a digest takes a tenth of the memory
 */
export function createAuthenticate(
  verify: VerifyToken,
  revocations: SessionRevocations,
  keyOf: (token: string) => string = (token) => token,
): Authenticate {
  const checked = createLruMap<string, Principal>(maxCached);
  const check = async (token: string): Promise<Principal> => {
    const principal = await verify(token);
    if (await revocations.findRevoked(principal.sessionId)) throw refuse('the session has ended');
    checked.set(keyOf(token), principal);
    return principal;
  };
  return (token) => {
    if (token.length > maxTokenLength) return Promise.reject(refuse('the token is too long'));
    const key = keyOf(token);
    const known = checked.get(key);
    if (known === undefined) return check(token);
    if (known.expiresAtMs > Date.now() && !revocations.isRevoked(known.sessionId)) return known;
    checked.delete(key);
    throw refuse(known.expiresAtMs > Date.now() ? 'the session has ended' : 'the token has expired');
  };
}

/** Of a token: who holds thousands of sockets open need not hold their tokens. */
export const digestToken = (token: string): string => createHash('sha256').update(token).digest('base64');

const refuse = (detail: string): Error => problems.unauthenticated({ detail });
