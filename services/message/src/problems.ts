import { defineProblems, type ProblemTable } from '@storm/runtime';

export const messageProblemTable = {
  'conversation-not-found': {
    status: 404,
    title: 'There is no such conversation, or you are not in it',
    retryable: false,
  },
  'key-reused': { status: 409, title: 'This key already names another message', retryable: false },
  'conversation-differs': {
    status: 409,
    title: 'This key already names another conversation',
    retryable: false,
  },
  'not-allowed': { status: 403, title: 'Your role does not allow this', retryable: false },
  'direct-is-fixed': { status: 409, title: 'A direct conversation keeps its two members', retryable: false },
  'conversation-full': {
    status: 409,
    title: 'The conversation has as many members as it can',
    retryable: false,
  },
  'message-not-found': { status: 404, title: 'There is no such message', retryable: false },
  'member-not-found': { status: 404, title: 'This person is not in the conversation', retryable: false },
  'message-deleted': { status: 409, title: 'The message was deleted', retryable: false },
  'message-full': {
    status: 409,
    title: 'The message has as many edits or reactions as it can hold',
    retryable: false,
  },
  'empty-message': { status: 400, title: 'A message needs text or an attachment', retryable: false },
} as const satisfies ProblemTable;

export const problems = defineProblems(messageProblemTable);
