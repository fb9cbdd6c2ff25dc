import { defineProblems, type ProblemTable } from '@storm/runtime';

export const gatewayProblemTable = {
  unauthenticated: { status: 401, title: 'A valid access token is needed', retryable: false },
  'not-found': { status: 404, title: 'There is nothing here for you', retryable: false },
  'method-not-allowed': { status: 405, title: 'This resource does not take this method', retryable: false },
  'request-timeout': { status: 408, title: 'The request did not arrive in time', retryable: true },
  'length-required': { status: 411, title: 'Say how long the file is (Content-Length)', retryable: false },
  'too-large': { status: 413, title: 'The request is larger than allowed', retryable: false },
  'unsupported-media-type': { status: 415, title: 'Only application/json is taken here', retryable: false },
  'malformed-request': { status: 400, title: 'This is not well-formed HTTP', retryable: false },
  'malformed-json': { status: 400, title: 'The body is not well-formed JSON', retryable: false },
  'upload-interrupted': { status: 400, title: 'The file did not arrive whole', retryable: true },
  'headers-too-large': { status: 431, title: 'The request headers are too large', retryable: false },
  'range-not-satisfiable': { status: 416, title: 'The file does not have these bytes', retryable: false },
  'direct-with-self': { status: 422, title: 'A direct conversation needs somebody else', retryable: false },
  'unknown-user': { status: 422, title: 'Somebody named here does not exist', retryable: false },
  'unknown-media': {
    status: 422,
    title: 'A file named here is not yours, not of this conversation, or unusable',
    retryable: false,
  },
  'not-a-picture': { status: 422, title: 'A picture is needed here', retryable: false },
  'too-many-requests': { status: 429, title: 'Too many requests, slow down', retryable: true },
  overloaded: { status: 503, title: 'Too much to do at the moment', retryable: true },
} as const satisfies ProblemTable;

export const problems = defineProblems(gatewayProblemTable);
