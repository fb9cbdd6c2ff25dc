import type { SessionId, User, UserId } from '@storm/contracts';
import type { Device } from './name-device.ts';

/** A session as it begins; its times are given by the database. */
export interface NewSession {
  readonly id: SessionId;
  readonly userId: UserId;
  readonly familyKey: Buffer;
  readonly refreshHash: Buffer;
  readonly device: Device;
}

export interface Session extends Omit<NewSession, 'device'> {
  readonly user: User;
  readonly previousHash: Buffer | null;
  readonly successorSalt: Buffer | null;
  readonly rotatedAt: Date;
  readonly expiresAt: Date;
  readonly revokedAt: Date | null;
}

export type SessionChange =
  | { readonly kind: 'rotate'; readonly refreshHash: Buffer; readonly successorSalt: Buffer }
  | { readonly kind: 'revoke'; readonly reason: 'logout' | 'refresh-reused' };

/** A refresh token that nobody uses for so long is void. */
export const refreshLifetimeDays = 30;
