import { defineProblems, type ProblemTable } from '@storm/runtime';

export const notificationProblemTable = {
  'inbox-item-not-found': { status: 404, title: 'There is no such item in this inbox', retryable: false },
} as const satisfies ProblemTable;

export const problems = defineProblems(notificationProblemTable);
