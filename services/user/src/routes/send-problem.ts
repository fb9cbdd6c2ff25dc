import type { Problem } from '@storm/runtime';
import type { FastifyReply } from 'fastify';

/** RFC 9457, with the headers that its status asks for. */
export function sendProblem(reply: FastifyReply, problem: Problem): void {
  const { retryAfterMs } = problem.options;
  if (retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(retryAfterMs / 1_000));
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
  reply
    .status(problem.status)
    .header('cache-control', 'no-store')
    .header('content-type', 'application/problem+json')
    .send(JSON.stringify(problem.toBody()));
}
