import type { Logger } from '@storm/runtime';
import type { FastifyInstance, FastifyReply, FastifyRequest, onRequestHookHandler } from 'fastify';
import { Gauge, Histogram, type Registry } from 'prom-client';
import { problems } from '../problems.ts';

export interface RequestWatch {
  /** For a request that no route takes. */
  begin(request: FastifyRequest, reply: FastifyReply, route: string): void;
  /** Resolves when no request is being worked on. */
  idle(): Promise<void>;
  /** From now on answers ask clients to connect anew. */
  drain(): void;
}

/**
 * Counts every request of every route registered from here on, from its first hook to the close of its answer,
 * whatever happens in between. Each route has a hook of its own that knows its name: asking a request for it costs
 * more than all the rest.
 */
export function watchRequests(
  app: FastifyInstance,
  options: { log: Logger; registry: Registry; maxAtOnce: number },
): RequestWatch {
  const { log, registry, maxAtOnce } = options;
  const registers = [registry];
  const seconds = new Histogram({
    name: 'storm_http_request_seconds',
    help: 'Time from a request to the end of its answer',
    labelNames: ['method', 'route', 'status'] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const active = new Set<FastifyReply>();
  let isDraining = false;
  const waiters: (() => void)[] = [];
  new Gauge({
    name: 'storm_http_requests_active',
    help: 'Requests being worked on',
    registers,
    collect() {
      this.set(active.size);
    },
  });

  const end = (request: FastifyRequest, reply: FastifyReply, route: string, tookMs: number): void => {
    active.delete(reply);
    const { id: requestId, method } = request;
    const status = reply.raw.headersSent ? reply.raw.statusCode : 499;
    seconds.observe({ method, route, status }, tookMs / 1_000);
    if (log.isLevelEnabled('debug')) log.debug({ requestId, method, route, status, tookMs }, 'request');
    if (active.size > 0) return;
    for (const resolve of waiters.splice(0)) resolve();
  };
  const begin: RequestWatch['begin'] = (request, reply, route) => {
    const startedAt = performance.now();
    active.add(reply);
    reply.raw.once('close', () => end(request, reply, route, performance.now() - startedAt));
    reply.header('x-request-id', request.id);
    if (isDraining) reply.header('connection', 'close');
  };
  const watch =
    (route: string, isOperational: boolean): onRequestHookHandler =>
    (request, reply, done) => {
      begin(request, reply, route);
      if (active.size <= maxAtOnce || isOperational) done();
      else done(problems.overloaded({ retryAfterMs: 1_000 }));
    };
  app.addHook('onRoute', (route) => {
    const own = route.onRequest ?? [];
    const hook = watch(route.url, route.config?.isOperational === true);
    route.onRequest = [hook, ...(Array.isArray(own) ? own : [own])];
  });
  return {
    begin,
    idle: () => (active.size === 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
    drain: () => {
      isDraining = true;
      for (const reply of active) if (!reply.sent) reply.header('connection', 'close');
    },
  };
}
