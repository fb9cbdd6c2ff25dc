import type { Logger } from '@storm/runtime';
import type { FastifyInstance, FastifyReply } from 'fastify';
import { Counter, Gauge, Histogram, type Registry } from 'prom-client';
import { problems } from '../problems.ts';

export interface RequestWatch {
  /** Resolves when no request is being worked on. */
  idle(): Promise<void>;
  /** From now on answers ask clients to connect anew. */
  drain(): void;
}

/** Counts every request from its first hook to the close of its answer, whatever happens in between. */
export function watchRequests(
  app: FastifyInstance,
  options: { log: Logger; registry: Registry; maxAtOnce: number },
): RequestWatch {
  const { log, registry, maxAtOnce } = options;
  const registers = [registry];
  const labelNames = ['method', 'route', 'status'] as const;
  const seconds = new Histogram({
    name: 'storm_http_request_seconds',
    help: 'Time from the first byte of a request to the end of its answer',
    labelNames: ['method', 'route'] as const,
    buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
    registers,
  });
  const total = new Counter({
    name: 'storm_http_requests_total',
    help: 'Answers given',
    labelNames,
    registers,
  });
  const active = new Set<FastifyReply>();
  let isDraining = false;
  let waiters: (() => void)[] = [];
  new Gauge({
    name: 'storm_http_requests_active',
    help: 'Requests being worked on',
    registers,
    collect() {
      this.set(active.size);
    },
  });

  app.addHook('onRequest', (request, reply, done) => {
    const startedAt = performance.now();
    active.add(reply);
    reply.raw.once('close', () => {
      active.delete(reply);
      const route = request.routeOptions.url ?? 'none';
      const tookMs = performance.now() - startedAt;
      const status = reply.raw.headersSent ? reply.raw.statusCode : 499;
      seconds.observe({ method: request.method, route }, tookMs / 1_000);
      total.inc({ method: request.method, route, status });
      if (log.isLevelEnabled('debug')) {
        log.debug({ requestId: request.id, method: request.method, route, status, tookMs }, 'request');
      }
      if (active.size > 0) return;
      for (const resolve of waiters) resolve();
      waiters = [];
    });
    reply.header('x-request-id', request.id);
    if (isDraining) reply.header('connection', 'close');
    if (active.size > maxAtOnce && request.routeOptions.config.isOperational !== true) {
      return done(problems.overloaded({ retryAfterMs: 1_000 }));
    }
    done();
  });
  return {
    idle: () => (active.size === 0 ? Promise.resolve() : new Promise((resolve) => waiters.push(resolve))),
    drain: () => {
      isDraining = true;
      for (const reply of active) if (!reply.sent) reply.header('connection', 'close');
    },
  };
}
