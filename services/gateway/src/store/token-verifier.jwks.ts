import { SessionId, UserId } from '@storm/contracts';
import { runtimeProblems } from '@storm/runtime';
import { createLocalJWKSet, createRemoteJWKSet, errors, type JWTVerifyGetKey, jwtVerify } from 'jose';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import type { VerifyToken } from '../domain/authenticate.ts';
import { problems } from '../problems.ts';

const Claims = Compile(Type.Object({ sub: UserId, sid: SessionId, exp: Type.Number() }));

/**
 * Checks tokens against the keys that the user service publishes. They are fetched again every ten minutes and when
 * a token names an unknown key (not more often than every ten seconds); while the user service is away the last ones
 * serve on.
 */
export function createTokenVerifier(userServiceUrl: string): VerifyToken {
  const remote = createRemoteJWKSet(new URL('/.well-known/jwks.json', userServiceUrl), {
    cacheMaxAge: 600_000,
    cooldownDuration: 10_000,
    timeoutDuration: 2_000,
  });
  const findKey: JWTVerifyGetKey = async (header, token) => {
    try {
      return await remote(header, token);
    } catch (error) {
      if (error instanceof errors.JWKSNoMatchingKey || error instanceof errors.JWKSMultipleMatchingKeys)
        throw error;
      const last = remote.jwks();
      if (last !== undefined) return createLocalJWKSet(last)(header, token);
      throw runtimeProblems['service-unavailable']({
        detail: 'the keys that tokens are checked with cannot be fetched',
        retryAfterMs: 1_000,
        cause: error,
      });
    }
  };
  return async (token) => {
    try {
      const { payload } = await jwtVerify(token, findKey, {
        issuer: 'storm',
        audience: 'storm',
        algorithms: ['EdDSA'],
        requiredClaims: ['sub', 'sid', 'exp'],
      });
      if (!Claims.Check(payload)) throw problems.unauthenticated({ detail: 'the token is not one of ours' });
      return { userId: payload.sub, sessionId: payload.sid, expiresAtMs: payload.exp * 1_000 };
    } catch (error) {
      if (error instanceof errors.JWTExpired)
        throw problems.unauthenticated({ detail: 'the token has expired' });
      if (error instanceof errors.JOSEError)
        throw problems.unauthenticated({ detail: 'the token is not valid', cause: error });
      throw error;
    }
  };
}
