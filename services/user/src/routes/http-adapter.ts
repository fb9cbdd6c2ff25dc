import { FastifyAdapter } from '@nestjs/platform-fastify';
import { runtimeProblems } from '@storm/runtime';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { Histogram, type Registry } from 'prom-client';
import { sendProblem } from './send-problem.ts';

/**
 * Fastify with a bound on everything: bytes of a body, time for a request, idle sockets. JSON is all it reads.
 * @param draining once aborted, each answer is the last one of its connection, so that a stop waits for no idle client.
 */
export function createHttpAdapter(registry: Registry, draining: AbortSignal): FastifyAdapter {
  const adapter = new FastifyAdapter({
    bodyLimit: 65_536,
    requestTimeout: 10_000,
    // Longer than the gateway keeps a connection, so that it is never the one to be surprised.
    keepAliveTimeout: 75_000,
    // A request on a connection that was open before the drain is still served.
    return503OnClosing: false,
    // A URL that cannot be decoded never reaches the filter.
    frameworkErrors: (error: FastifyError, _request: FastifyRequest, reply: FastifyReply) =>
      sendProblem(reply, runtimeProblems['invalid-request']({ detail: error.message })),
  });
  const fastify = adapter.getInstance();
  const parseJson = fastify.getDefaultJsonParser('error', 'error');
  fastify.removeAllContentTypeParsers();
  fastify.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    // Clients name the type of a body that they do not send.
    if (body === '') done(null, undefined);
    else parseJson(request, String(body), done);
  });
  fastify.addHook('onSend', (_request, reply, _payload, done) => {
    if (draining.aborted) reply.header('connection', 'close');
    done();
  });
  const seconds = new Histogram({
    name: 'storm_http_request_seconds',
    help: 'Time from a request to its answer',
    labelNames: ['method', 'route', 'status'],
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
    registers: [registry],
  });
  fastify.addHook('onResponse', (request, reply, done) => {
    const route = request.routeOptions.url ?? 'none';
    seconds.observe({ method: request.method, route, status: reply.statusCode }, reply.elapsedTime / 1_000);
    done();
  });
  return adapter;
}
