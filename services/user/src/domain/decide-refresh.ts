import { hashSecret, isIssuedBy, type RefreshToken } from './refresh-token.ts';
import type { Session } from './session.ts';

export type RefreshDecision =
  /** The current token: it gets a successor. */
  | { readonly kind: 'rotate' }
  /** The one before, again and soon: its answer was lost, or it was sent twice at once. Same successor. */
  | { readonly kind: 'repeat'; readonly successorSalt: Buffer }
  /** A token that had its turn: two parties hold this family. */
  | { readonly kind: 'reused' }
  | { readonly kind: 'revoked' }
  | { readonly kind: 'invalid' };

/**
 * @param arrivedAt when the request came in, by the database's clock: a slow server must not turn a retry into a theft.
 * @param graceMs how long after the rotation the token before still gets the same successor.
 */
export function decideRefresh(
  session: Session | null,
  token: RefreshToken,
  { arrivedAt, graceMs }: { arrivedAt: Date; graceMs: number },
): RefreshDecision {
  if (session === null || !isIssuedBy(token, session.familyKey)) return { kind: 'invalid' };
  if (session.revokedAt !== null) return { kind: 'revoked' };
  if (session.expiresAt <= arrivedAt) return { kind: 'invalid' };
  const hash = hashSecret(token.secret);
  if (hash.equals(session.refreshHash)) return { kind: 'rotate' };
  const sinceRotationMs = arrivedAt.getTime() - session.rotatedAt.getTime();
  const isPrevious = session.previousHash !== null && hash.equals(session.previousHash);
  if (isPrevious && session.successorSalt !== null && sinceRotationMs <= graceMs) {
    return { kind: 'repeat', successorSalt: session.successorSalt };
  }
  return { kind: 'reused' };
}
