import { UserId } from '@storm/contracts';
import { runtimeProblems } from '@storm/runtime';
import Type from 'typebox';
import { Compile } from 'typebox/compile';
import { problems } from '../problems.ts';
import type { Profiles } from '../store/profiles.ts';
import type { UserService } from '../store/user-service.ts';
import { passOn } from './pass-on.ts';
import type { Handlers } from './route-types.ts';
import { sendJson } from './send-json.ts';

type UserHandlers = Pick<Handlers, 'getMe' | 'getUser' | 'findUsers' | 'searchUsers'>;

const Ids = Compile(Type.Array(UserId, { minItems: 1, maxItems: 100 }));

function readIds(list: string): UserId[] {
  const ids: unknown = [...new Set(list.split(','))];
  if (Ids.Check(ids)) return ids;
  throw runtimeProblems['invalid-request']({ detail: 'ids: up to 100 user ids, comma-separated' });
}

export const createUserHandlers = (users: UserService, profiles: Profiles): UserHandlers => ({
  getMe: (request, reply) => passOn(users, request, reply, { method: 'GET', path: '/users/me' }),

  async getUser(request, reply) {
    const { userId } = request.params;
    const found = await profiles.find([userId], request.headers.authorization ?? '');
    const profile = found.get(userId);
    if (profile === undefined) throw problems['not-found']();
    return sendJson(reply, 200, profile);
  },

  searchUsers(request, reply) {
    const { q, limit = 20 } = request.query;
    const path = `/users/search?q=${encodeURIComponent(q)}&limit=${limit}`;
    return passOn(users, request, reply, { method: 'GET', path });
  },

  async findUsers(request, reply) {
    const { username, ids } = request.query;
    if ((username === undefined) === (ids === undefined)) {
      throw runtimeProblems['invalid-request']({ detail: 'give either username or ids' });
    }
    if (ids === undefined) {
      const path = `/users?username=${encodeURIComponent(username ?? '')}`;
      return passOn(users, request, reply, { method: 'GET', path });
    }
    const found = await profiles.find(readIds(ids), request.headers.authorization ?? '');
    return sendJson(reply, 200, `{"users":[${[...found.values()].join(',')}]}`);
  },
});
