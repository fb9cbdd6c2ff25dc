import { STATUS_CODES } from 'node:http';
import type { Logger } from '@storm/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest, FastifyServerOptions } from 'fastify';
import { problems } from '../problems.ts';
import { problemJson, renderProblem } from './render-problem.ts';
import { toGatewayProblem } from './to-gateway-problem.ts';
import type { RequestWatch } from './watch-requests.ts';

/** How much of a refused body is still read, and for how long, so that the client gets to see the answer. */
const maxDiscardedBytes = 16 * 1_048_576;
const maxDiscardingMs = 10_000;

export function handleErrors(app: FastifyInstance, log: Logger): void {
  app.setErrorHandler((error, request, reply) => {
    const problem = toGatewayProblem(error);
    if (problem.status >= 500) {
      const { method } = request;
      log.error(
        { err: error, requestId: request.id, method, route: request.routeOptions.url },
        'request failed',
      );
    }
    discardBody(request, reply);
    return renderProblem(reply, problem);
  });
}

export function answerUnknownPaths(app: FastifyInstance, watch: RequestWatch): void {
  app.setNotFoundHandler((request, reply) => {
    watch.begin(request, reply, 'none');
    discardBody(request, reply);
    const detail = `${request.method} ${pathOf(request.url)}`;
    return renderProblem(reply, problems['not-found']({ detail }));
  });
}

/** Faults that are found before there is a request: the path, the headers, the time they took. */
export const earlyErrorOptions: Pick<FastifyServerOptions, 'frameworkErrors' | 'clientErrorHandler'> = {
  frameworkErrors: (error, _request, reply) => renderProblem(reply, toGatewayProblem(error)),
  clientErrorHandler(error, socket) {
    if (error.code === 'ECONNRESET' || !socket.writable) return void socket.destroy();
    const { code = '' } = error;
    const problem =
      code.startsWith('HPE_') && code !== 'HPE_HEADER_OVERFLOW'
        ? problems['malformed-request']()
        : toGatewayProblem(error);
    const body = problemJson(problem, '');
    const head = [
      `HTTP/1.1 ${problem.status} ${STATUS_CODES[problem.status] ?? ''}`,
      'content-type: application/problem+json; charset=utf-8',
      `content-length: ${Buffer.byteLength(body)}`,
      'connection: close',
    ];
    socket.end(`${head.join('\r\n')}\r\n\r\n${body}`);
  },
};

/**
 * The answer is on its way while the rest of the body still comes in; an endless one is cut. The connection stays:
 * closed with unread bytes on their way, it would be reset, and the answer lost with it.
 */
function discardBody({ raw }: FastifyRequest, reply: FastifyReply): void {
  if (raw.complete) return;
  reply.removeHeader('connection');
  let discarded = 0;
  raw.on('data', (chunk: Buffer | string) => {
    discarded += chunk.length;
    if (discarded > maxDiscardedBytes) raw.destroy();
  });
  const timer = setTimeout(() => raw.destroy(), maxDiscardingMs);
  raw.once('close', () => clearTimeout(timer));
}

const pathOf = (url: string): string => url.split('?', 1)[0]?.slice(0, 200) ?? '';
