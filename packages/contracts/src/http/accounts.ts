import Type, { type Static } from 'typebox';
import { DisplayName, Password, User, Username } from '../entities.ts';
import { SessionId } from '../ids.ts';
import { closed, nothing, route } from './route.ts';

export const Tokens = Type.Object(
  {
    accessToken: Type.String({ description: 'JWT, EdDSA, minutes' }),
    accessExpiresInSeconds: Type.Integer(),
    refreshToken: Type.String({ description: 'Opaque, used once, days' }),
    sessionId: SessionId,
    user: User,
  },
  closed,
);
export type Tokens = Static<typeof Tokens>;

const RefreshBody = Type.Object({ refreshToken: Type.String({ minLength: 20, maxLength: 200 }) }, closed);

export const register = route({
  name: 'register',
  method: 'POST',
  path: '/auth/register',
  auth: 'none',
  summary: 'Create an account and sign in',
  body: Type.Object({ username: Username, displayName: DisplayName, password: Password }, closed),
  responses: { 201: Tokens },
});
export const login = route({
  name: 'login',
  method: 'POST',
  path: '/auth/login',
  auth: 'none',
  summary: 'Sign in',
  body: Type.Object(
    { username: Type.String({ maxLength: 64 }), password: Type.String({ maxLength: 256 }) },
    closed,
  ),
  responses: { 200: Tokens },
});
export const refresh = route({
  name: 'refresh',
  method: 'POST',
  path: '/auth/refresh',
  auth: 'none',
  summary: 'Change a refresh token for new tokens; a token used twice ends its whole family',
  body: RefreshBody,
  responses: { 200: Tokens },
});
export const logout = route({
  name: 'logout',
  method: 'POST',
  path: '/auth/logout',
  auth: 'bearer',
  summary: 'End this session and its sockets',
  responses: { 204: nothing },
});
