import { Problem } from '@storm/runtime';
import type { FastifyRequest, onRequestHookHandler } from 'fastify';
import type { Authenticate } from '../domain/authenticate.ts';
import type { Principal } from '../domain/principal.ts';
import { problems } from '../problems.ts';
import { addressOf } from './address-of.ts';
import type { Limits } from './limit-requests.ts';

/**
 * Finds out who asks. A hook with a callback: with a known token, nearly always, nothing is awaited.
 * Who keeps coming without a valid token is limited by address.
 */
export function createAuthenticateRequest(authenticate: Authenticate, limits: Limits): onRequestHookHandler {
  const refuse = (request: FastifyRequest, error: unknown): Error => {
    if (error instanceof Problem && error.status === 401)
      return limits.countStranger(addressOf(request)) ?? error;
    return error instanceof Error ? error : new Error('thrown without an error', { cause: error });
  };
  return (request, _reply, done) => {
    const token = readBearer(request.headers.authorization);
    if (token === null) return done(refuse(request, problems.unauthenticated()));
    const admit = (principal: Principal): void => {
      request.principal = principal;
      done();
    };
    let found: Principal | Promise<Principal>;
    try {
      found = authenticate(token);
    } catch (error) {
      return done(refuse(request, error));
    }
    if (found instanceof Promise) found.then(admit, (error: unknown) => done(refuse(request, error)));
    else admit(found);
  };
}

function readBearer(header: string | undefined): string | null {
  if (header === undefined || header.length < 8) return null;
  return header.slice(0, 7).toLowerCase() === 'bearer ' ? header.slice(7).trim() : null;
}
