import { randomBytes } from 'node:crypto';
import type { SessionId, UserId } from '@storm/contracts';
import { uuidv7 } from 'uuidv7';
import type { Device } from './name-device.ts';
import { createSecret, encodeRefreshToken, hashSecret } from './refresh-token.ts';
import type { NewSession } from './session.ts';

/** A new family of refresh tokens with its first one. */
export function startSession(userId: UserId, device: Device): { session: NewSession; refreshToken: string } {
  const id = uuidv7() as SessionId;
  const familyKey = randomBytes(32);
  const secret = createSecret();
  return {
    session: { id, userId, familyKey, refreshHash: hashSecret(secret), device },
    refreshToken: encodeRefreshToken(id, secret, familyKey),
  };
}
