import type { UserService } from '../store/user-service.ts';
import { passOn } from './pass-on.ts';
import type { Handlers } from './route-types.ts';

type AuthHandlers = Pick<
  Handlers,
  'register' | 'login' | 'refresh' | 'logout' | 'listSessions' | 'endSession' | 'endSessions'
>;

/** Passwords are hashed one or two at a time, so a burst waits longer than a read. */
const timeoutMs = 15_000;

export const createAuthHandlers = (users: UserService): AuthHandlers => ({
  register: (request, reply) =>
    passOn(users, request, reply, { method: 'POST', path: '/auth/register', body: request.body, timeoutMs }),
  login: (request, reply) =>
    passOn(users, request, reply, { method: 'POST', path: '/auth/login', body: request.body, timeoutMs }),
  refresh: (request, reply) =>
    passOn(users, request, reply, { method: 'POST', path: '/auth/refresh', body: request.body, timeoutMs }),
  logout: (request, reply) =>
    passOn(users, request, reply, { method: 'POST', path: '/auth/logout', timeoutMs }),
  listSessions: (request, reply) => passOn(users, request, reply, { method: 'GET', path: '/sessions' }),
  endSession: (request, reply) =>
    passOn(users, request, reply, { method: 'DELETE', path: `/sessions/${request.params.sessionId}` }),
  endSessions: (request, reply) => {
    const path = request.query.keep === undefined ? '/sessions' : '/sessions?keep=this';
    return passOn(users, request, reply, { method: 'DELETE', path });
  },
});
