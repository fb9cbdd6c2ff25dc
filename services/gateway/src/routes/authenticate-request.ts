import { Problem } from '@storm/runtime';
import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Authenticate } from '../domain/authenticate.ts';
import type { Principal } from '../domain/principal.ts';
import { problems } from '../problems.ts';
import type { RateCounter } from '../store/rate-counter.ts';
import { addressOf, userWindowMs } from './limit-requests.ts';

/**
 * Finds out who asks. A hook with a callback: with a known token, nearly always, nothing is awaited.
 * Who keeps coming without a valid token is limited by address.
 */
export function createAuthenticateRequest(
  authenticate: Authenticate,
  counter: RateCounter,
  maxFailures: number,
): onRequestHookHandler {
  const refuse = (request: FastifyRequest, error: unknown): Error => {
    if (error instanceof Problem && error.status !== 401) return error;
    const { count, leftMs } = counter.count(`address:${addressOf(request)}`, userWindowMs);
    if (count > maxFailures) return problems['too-many-requests']({ retryAfterMs: leftMs });
    return error instanceof Error ? error : problems.unauthenticated();
  };
  return (request, _reply, done) => {
    const token = readBearer(request.headers.authorization);
    if (token === null) return done(refuse(request, problems.unauthenticated()));
    const admit = (principal: Principal): void => {
      request.principal = principal;
      done();
    };
    try {
      const found = authenticate(token);
      if (found instanceof Promise)
        found.then(admit, (error: unknown) => done(refuse(request, error))).catch(done);
      else admit(found);
    } catch (error) {
      done(refuse(request, error));
    }
  };
}

function readBearer(header: string | undefined): string | null {
  if (header === undefined || header.length < 8) return null;
  return header.slice(0, 7).toLowerCase() === 'bearer ' ? header.slice(7).trim() : null;
}
