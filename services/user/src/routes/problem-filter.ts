import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { isTransientDatabaseError, type Logger, Problem, runtimeProblems, toProblem } from '@storm/runtime';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problems } from '../problems.ts';

/** The only way out for an error: RFC 9457. What nobody foresaw is logged here, once, and shown without detail. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const problem = describe(error);
    if (problem.status >= 500 && problem.slug !== 'busy') {
      const { method, url } = http.getRequest<FastifyRequest>();
      this.log.error({ err: error, method, url }, problem.title);
    }
    const reply = http.getResponse<FastifyReply>();
    const { retryAfterMs } = problem.options;
    if (retryAfterMs !== undefined) reply.header('retry-after', Math.ceil(retryAfterMs / 1_000));
    if (problem.status === 401) reply.header('www-authenticate', 'Bearer');
    reply
      .status(problem.status)
      .header('cache-control', 'no-store')
      .header('content-type', 'application/problem+json')
      .send(JSON.stringify(problem.toBody()));
  }
}

/** Of Postgres: text that it cannot hold, a NUL above all. */
const untranslatable = new Set(['22021', '22P05']);

function describe(error: unknown): Problem {
  if (error instanceof HttpException) return describeHttp(error);
  if (isTransientDatabaseError(error)) {
    return runtimeProblems['service-unavailable']({
      detail: 'the database does not answer',
      retryAfterMs: 1_000,
      cause: error,
    });
  }
  if (error instanceof Error && 'code' in error && untranslatable.has(String(error.code))) {
    return runtimeProblems['invalid-request']({ detail: 'text holds a character that cannot be stored' });
  }
  return toProblem(error);
}

/** What Nest and Fastify refuse before a route is reached. */
function describeHttp(error: HttpException): Problem {
  const status = error.getStatus();
  if (status === 404) return problems['not-found']();
  if (status === 413) return problems['payload-too-large']({ detail: error.message });
  if (status === 415) return problems['unsupported-media-type']();
  if (status < 500) return runtimeProblems['invalid-request']({ detail: error.message });
  return toProblem(error);
}
