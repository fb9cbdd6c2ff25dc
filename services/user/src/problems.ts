import { defineProblems, type ProblemTable } from '@storm/runtime';

export const userProblemTable = {
  'username-taken': { status: 409, title: 'This username is taken', retryable: false },
  'invalid-credentials': { status: 401, title: 'Username or password is wrong', retryable: false },
  unauthenticated: { status: 401, title: 'The access token is missing, wrong or expired', retryable: false },
  'session-revoked': { status: 401, title: 'This session has ended', retryable: false },
  'refresh-invalid': { status: 401, title: 'The refresh token is unknown or expired', retryable: false },
  'refresh-reused': {
    status: 401,
    title: 'The refresh token was used before; its session has ended',
    retryable: false,
  },
  'user-not-found': { status: 404, title: 'There is no such user', retryable: false },
  'not-found': { status: 404, title: 'There is nothing here', retryable: false },
  'payload-too-large': { status: 413, title: 'The body is too large', retryable: false },
  'unsupported-media-type': { status: 415, title: 'Only JSON is understood', retryable: false },
  busy: { status: 503, title: 'Too many people are signing in at once', retryable: true },
} as const satisfies ProblemTable;

export const problems = defineProblems(userProblemTable);
