import type { RouteContract } from '@storm/contracts';
import type { Problem } from '@storm/runtime';
import type { FastifyReply, onRequestHookHandler, preHandlerAsyncHookHandler } from 'fastify';
import type { GatewayEnv } from '../env.ts';
import { problems } from '../problems.ts';
import type { Counted, RateCounter } from '../store/rate-counter.ts';
import { addressOf } from './address-of.ts';

const requestWindowMs = 10_000;
const signInWindowMs = 60_000;
const requestsWorthASocket = 5;

export interface Limits {
  /** The limit of the route as such: by user, or by address where nobody is signed in. */
  ofRoute(contract: RouteContract): onRequestHookHandler;
  /**
   * For sign-ins, once the body is read: few tries for one name from one address (somebody else's guessing does not lock
   * the owner out), and those of the address counted exactly.
   */
  ofSignIn(contract: RouteContract): preHandlerAsyncHookHandler[];
  /** Counts a request without a valid token. @returns what to refuse it with when there were too many. */
  countStranger(address: string): Problem | undefined;
  /** Counts a socket without a hello, which costs as much as several such requests. @returns as `countStranger`, for the next */
  countStrangerSocket(address: string): Problem | undefined;
}

const isSignIn = ({ name }: RouteContract): boolean => name === 'register' || name === 'login';

/**
 * Hooks with callbacks that count at once: no request waits for Redis. Only sign-ins, which cost a password hash
 * anyway, are counted exactly over all gateways.
 */
export function createLimits(counter: RateCounter, env: GatewayEnv): Limits {
  const byUser: onRequestHookHandler = (request, reply, done) => {
    const counted = counter.count(`user:${request.principal?.userId}`, requestWindowMs);
    done(judge(counted, env.LIMIT_USER_PER_10S, reply));
  };
  const byAddress: onRequestHookHandler = (request, reply, done) => {
    const counted = counter.count(`address:${addressOf(request)}`, requestWindowMs);
    done(judge(counted, env.LIMIT_ADDRESS_PER_10S, reply));
  };
  const bySignIn: onRequestHookHandler = (request, reply, done) => {
    const counted = counter.count(`sign-in:${addressOf(request)}`, signInWindowMs);
    done(judge(counted, env.LIMIT_SIGN_IN_ADDRESS_PER_MINUTE, reply));
  };
  const bySignInExactly: preHandlerAsyncHookHandler = async (request, reply) => {
    const ofAddress = `sign-in:${addressOf(request)}`;
    const [address, name] = await Promise.all([
      counter.total(ofAddress, signInWindowMs),
      counter.countExactly(`${ofAddress}:${nameIn(request.body)}`, signInWindowMs),
    ]);
    const refusal =
      judge(address, env.LIMIT_SIGN_IN_ADDRESS_PER_MINUTE, reply) ??
      judge(name, env.LIMIT_SIGN_IN_NAME_PER_MINUTE, reply);
    if (refusal !== undefined) throw refusal;
  };
  const countStrangers = (address: string, weight: number): Problem | undefined => {
    const { count, leftMs } = counter.count(`address:${address}`, requestWindowMs, weight);
    return count > env.LIMIT_ADDRESS_PER_10S
      ? problems['too-many-requests']({ retryAfterMs: leftMs })
      : undefined;
  };
  return {
    ofRoute(contract) {
      if (contract.auth === 'bearer') return byUser;
      return isSignIn(contract) ? bySignIn : byAddress;
    },
    ofSignIn: (contract) => (isSignIn(contract) ? [bySignInExactly] : []),
    countStranger: (address) => countStrangers(address, 1),
    countStrangerSocket: (address) => countStrangers(address, requestsWorthASocket),
  };
}

/** Tells the client where it stands (draft-ietf-httpapi-ratelimit-headers). @returns what to refuse it with. */
function judge({ count, leftMs }: Counted, max: number, reply: FastifyReply): Error | undefined {
  reply
    .header('ratelimit-limit', max)
    .header('ratelimit-remaining', Math.max(0, max - count))
    .header('ratelimit-reset', Math.ceil(leftMs / 1_000));
  return count > max ? problems['too-many-requests']({ retryAfterMs: leftMs }) : undefined;
}

const nameIn = (body: unknown): string =>
  typeof body === 'object' && body !== null && 'username' in body && typeof body.username === 'string'
    ? body.username.toLowerCase()
    : '';
