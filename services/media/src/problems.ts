import { defineProblems, type ProblemTable } from '@storm/runtime';

export const mediaProblemTable = {
  'file-too-large': { status: 413, title: 'The file is larger than allowed', retryable: false },
  'invalid-file-name': { status: 400, title: 'The file name cannot be used', retryable: false },
  'invalid-content-type': { status: 400, title: 'The content type is not one', retryable: false },
  'too-many-uploads': { status: 429, title: 'Too many uploads are open at once', retryable: true },
  'upload-not-found': {
    status: 404,
    title: 'There is no such upload, or it has expired, or it is not yours',
    retryable: false,
  },
  'upload-incomplete': { status: 422, title: 'The bytes did not arrive as announced', retryable: false },
  'type-mismatch': { status: 415, title: 'The bytes are not of the declared type', retryable: false },
  'media-not-found': { status: 404, title: 'There is no such file', retryable: false },
  'media-processing': { status: 409, title: 'The file is still being processed', retryable: true },
  'media-failed': { status: 422, title: 'The file could not be processed', retryable: false },
  'no-thumbnail': { status: 404, title: 'This file has no thumbnail', retryable: false },
} as const satisfies ProblemTable;

export const problems = defineProblems(mediaProblemTable);
