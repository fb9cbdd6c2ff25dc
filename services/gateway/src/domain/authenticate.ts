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

/** One check for every door: HTTP and sockets. Checked tokens are remembered until they expire. */
export function createAuthenticate(verify: VerifyToken, revocations: SessionRevocations): Authenticate {
  const checked = createLruMap<string, Principal>(maxCached);
  const check = async (token: string): Promise<Principal> => {
    const principal = await verify(token);
    if (await revocations.findRevoked(principal.sessionId)) throw refuse('the session has ended');
    checked.set(token, principal);
    return principal;
  };
  return (token) => {
    const known = checked.get(token);
    if (known === undefined) {
      return token.length > maxTokenLength ? Promise.reject(refuse('the token is too long')) : check(token);
    }
    if (known.expiresAtMs > Date.now() && !revocations.isRevoked(known.sessionId)) return known;
    checked.delete(token);
    throw refuse(known.expiresAtMs > Date.now() ? 'the session has ended' : 'the token has expired');
  };
}

const refuse = (detail: string): Error => problems.unauthenticated({ detail });
