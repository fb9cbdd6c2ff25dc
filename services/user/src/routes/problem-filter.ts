import { type ArgumentsHost, Catch, type ExceptionFilter, HttpException } from '@nestjs/common';
import { type Logger, Problem, runtimeProblems, toProblem } from '@storm/runtime';
import { isTransientDatabaseError } from '@storm/runtime/postgres';
import type { FastifyReply, FastifyRequest } from 'fastify';
import { problems } from '../problems.ts';
import { sendProblem } from './send-problem.ts';

/** The only way out for an error: RFC 9457. What nobody foresaw is logged here, once, and shown without detail. */
@Catch()
export class ProblemFilter implements ExceptionFilter {
  constructor(private readonly log: Logger) {}

  catch(error: unknown, host: ArgumentsHost): void {
    const http = host.switchToHttp();
    const problem = describe(error);
    const { method, url } = http.getRequest<FastifyRequest>();
    if (problem.status === 500) this.log.error({ err: error, method, url }, problem.title);
    else if (problem.status > 500 && problem.options.cause !== undefined) {
      this.log.warn({ err: error, method, url }, problem.title);
    } else this.log.debug({ slug: problem.slug, reason: problem.message, method, url }, 'refused');
    sendProblem(http.getResponse<FastifyReply>(), problem);
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
