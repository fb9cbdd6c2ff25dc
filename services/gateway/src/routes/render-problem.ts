import type { Problem } from '@storm/runtime';
import type { FastifyReply } from 'fastify';

/** RFC 9457, with the id under which the request stands in the log. What happened inside stays inside. */
export function problemJson(problem: Problem, requestId: string): string {
  const { detail, ...body } = problem.toBody();
  return JSON.stringify({
    ...body,
    ...(detail === undefined || problem.status >= 500 ? {} : { detail }),
    requestId,
  });
}

export function renderProblem(reply: FastifyReply, problem: Problem): FastifyReply {
  const { retryAfterMs } = problem.options;
  reply
    .code(problem.status)
    .header('content-type', 'application/problem+json; charset=utf-8')
    .header('cache-control', 'no-store');
  if (retryAfterMs !== undefined) reply.header('retry-after', String(Math.ceil(retryAfterMs / 1_000)));
  if (problem.status === 401) reply.header('www-authenticate', 'Bearer realm="storm"');
  return reply.send(problemJson(problem, reply.request.id));
}
