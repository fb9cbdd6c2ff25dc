import type { HealthReport } from '@storm/runtime';
import type { FastifyInstance } from 'fastify';
import type { Registry } from 'prom-client';

declare module 'fastify' {
  interface FastifyContextConfig {
    /** For those who run the gateway: never refused for load. */
    isOperational?: boolean;
  }
}

const freshForMs = 500;

/** `/health` readiness, `/live` liveness, `/metrics` Prometheus text. */
export function registerOperations(
  app: FastifyInstance,
  options: { health: () => Promise<HealthReport>; isDraining: () => boolean; registry: Registry },
): void {
  const { isDraining, registry } = options;
  const config = { isOperational: true };
  const health = sharedFor(freshForMs, options.health);

  app.get('/health', { config }, async (_request, reply) => {
    const report = await health();
    const status = isDraining() ? 'unavailable' : report.status;
    reply.header('cache-control', 'no-store');
    return reply.code(status === 'unavailable' ? 503 : 200).send({ ...report, status });
  });
  app.get('/live', { config }, async (_request, reply) => reply.send({ status: 'ok' }));
  app.get('/metrics', { config }, async (_request, reply) =>
    reply.header('content-type', registry.contentType).send(await registry.metrics()),
  );
}

/** However many ask, the dependencies are asked once in a while. */
function sharedFor<T>(ms: number, ask: () => Promise<T>): () => Promise<T> {
  let asking: Promise<T> | undefined;
  return () => {
    if (asking === undefined) {
      asking = ask();
      const forget = (): void => {
        asking = undefined;
      };
      asking.then(() => setTimeout(forget, ms).unref(), forget);
    }
    return asking;
  };
}
