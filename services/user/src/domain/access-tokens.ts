import type { SessionId, UserId } from '@storm/contracts';
import { errors, jwtVerify, SignJWT } from 'jose';
import { problems } from '../problems.ts';
import type { KeyRing } from './key-ring.ts';
import { signingAlgorithm } from './signing-key.ts';

export interface Claims {
  readonly userId: UserId;
  readonly sessionId: SessionId;
}

export const accessLifetimeSeconds = 900;
const issuer = 'storm';
const audience = 'storm';

/** Short-lived JWTs that every service can check with the published keys. */
export class AccessTokens {
  readonly #keys: KeyRing;

  constructor(keys: KeyRing) {
    this.#keys = keys;
  }

  async sign({ userId, sessionId }: Claims): Promise<string> {
    const { kid, privateKey } = await this.#keys.getSigningKey();
    return new SignJWT({ sid: sessionId })
      .setProtectedHeader({ alg: signingAlgorithm, kid, typ: 'JWT' })
      .setSubject(userId)
      .setIssuer(issuer)
      .setAudience(audience)
      .setIssuedAt()
      .setExpirationTime(`${accessLifetimeSeconds}s`)
      .sign(privateKey);
  }

  /** @throws Problem `unauthenticated` */
  async verify(token: string): Promise<Claims> {
    try {
      const { payload } = await jwtVerify<{ sid: SessionId }>(
        token,
        ({ kid }) => this.#keys.getPublicKey(kid),
        {
          issuer,
          audience,
          algorithms: [signingAlgorithm],
          requiredClaims: ['exp', 'sub', 'sid'],
          clockTolerance: 5,
        },
      );
      return { userId: payload.sub as UserId, sessionId: payload.sid };
    } catch (error) {
      if (!(error instanceof errors.JOSEError)) throw error;
      throw problems.unauthenticated({ detail: error.message, cause: error });
    }
  }
}
