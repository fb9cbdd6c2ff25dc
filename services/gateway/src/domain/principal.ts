import type { SessionId, UserId } from '@storm/contracts';

/** Who is asking, as the access token says. */
export interface Principal {
  readonly userId: UserId;
  readonly sessionId: SessionId;
  readonly expiresAtMs: number;
}
