import Type, { type Static } from 'typebox';
import { DisplayName, Password, SignedInDevice, User, Username } from '../entities.ts';
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
export const listSessions = route({
  name: 'listSessions',
  method: 'GET',
  path: '/sessions',
  auth: 'bearer',
  summary: 'Where this user is signed in, newest first',
  responses: { 200: Type.Object({ sessions: Type.Array(SignedInDevice) }, closed) },
});
export const endSession = route({
  name: 'endSession',
  method: 'DELETE',
  path: '/sessions/:sessionId',
  auth: 'bearer',
  summary: 'Sign one device out: its sockets close, its tokens are refused',
  params: Type.Object({ sessionId: SessionId }, closed),
  responses: { 204: nothing },
});
export const endSessions = route({
  name: 'endSessions',
  method: 'DELETE',
  path: '/sessions',
  auth: 'bearer',
  summary: 'Sign out everywhere, or everywhere else',
  query: Type.Object({ keep: Type.Optional(Type.Literal('this')) }, closed),
  responses: { 204: nothing },
});
