import type { Platform } from '@storm/devstack';

/** What the gateway's built files export; the bench runs them as they are deployed. */
interface Verifier {
  createTokenVerifier(userServiceUrl: string): (token: string) => Promise<unknown>;
}
interface Authenticator {
  createAuthenticate(
    verify: (token: string) => Promise<unknown>,
    revocations: { isRevoked(id: string): boolean; findRevoked(id: string): Promise<boolean> },
  ): (token: string) => unknown;
}

const rounds = 200_000;
const gateway = new URL('../../../../services/gateway/dist/', import.meta.url);

/** Microseconds that the gateway takes to know a token again, against the real keys of the user service. */
export async function measureTokenChecks(platform: Platform, token: string): Promise<number> {
  const { createTokenVerifier } = (await import(
    new URL('store/token-verifier.jwks.js', gateway).href
  )) as Verifier;
  const { createAuthenticate } = (await import(
    new URL('domain/authenticate.js', gateway).href
  )) as Authenticator;
  const revoked = new Set(Array.from({ length: 1_000 }, (_, index) => `session-${index}`));
  const authenticate = createAuthenticate(createTokenVerifier(platform.process('user').url), {
    isRevoked: (id) => revoked.has(id),
    findRevoked: async (id) => revoked.has(id),
  });
  await authenticate(token);
  const startedAt = performance.now();
  for (let round = 0; round < rounds; round++) authenticate(token);
  return ((performance.now() - startedAt) * 1_000) / rounds;
}
