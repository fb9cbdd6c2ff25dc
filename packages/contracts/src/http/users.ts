import Type from 'typebox';
import { User, Username } from '../entities.ts';
import { UserId } from '../ids.ts';
import { closed, route } from './route.ts';

export const getMe = route({
  name: 'getMe',
  method: 'GET',
  path: '/users/me',
  auth: 'bearer',
  summary: 'The signed-in user',
  responses: { 200: User },
});
export const getUser = route({
  name: 'getUser',
  method: 'GET',
  path: '/users/:userId',
  auth: 'bearer',
  summary: 'A profile',
  params: Type.Object({ userId: UserId }, closed),
  responses: { 200: User },
});
export const findUsers = route({
  name: 'findUsers',
  method: 'GET',
  path: '/users',
  auth: 'bearer',
  summary: 'Look a user up by exact name, or several by id',
  query: Type.Object(
    {
      username: Type.Optional(Username),
      ids: Type.Optional(Type.String({ maxLength: 4_000, description: 'Ids, comma-separated, 100 at most' })),
    },
    closed,
  ),
  responses: { 200: Type.Object({ users: Type.Array(User) }, closed) },
});
export const searchUsers = route({
  name: 'searchUsers',
  method: 'GET',
  path: '/users/search',
  auth: 'bearer',
  summary: 'Look for people by the beginning of a name, or something like it',
  query: Type.Object(
    {
      q: Type.String({ minLength: 1, maxLength: 64, pattern: '^[^\\u0000]+$' }),
      limit: Type.Optional(Type.Integer({ minimum: 1, maximum: 50, default: 20 })),
    },
    closed,
  ),
  responses: { 200: Type.Object({ users: Type.Array(User) }, closed) },
});
