import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import { collectDefaultMetrics, type Registry } from 'prom-client';
import type { HealthReport } from './health.ts';

export interface OperationsServer {
  readonly port: number;
  stop(): Promise<void>;
}

/**
 * The door for operators of a service that speaks no HTTP otherwise:
 * `GET /health` (readiness, 200 or 503), `GET /live` (liveness, 200), `GET /metrics` (Prometheus text).
 */
export async function serveOperations(options: {
  port: number;
  health: () => Promise<HealthReport>;
  registry: Registry;
}): Promise<OperationsServer> {
  const { health, registry } = options;
  collectDefaultMetrics({ register: registry });
  const server: Server = createServer((request, response) => {
    const reply = (status: number, type: string, body: string) => {
      response.writeHead(status, { 'content-type': type, 'content-length': Buffer.byteLength(body) });
      response.end(request.method === 'HEAD' ? undefined : body);
    };
    const json = (status: number, value: unknown) => reply(status, 'application/json', JSON.stringify(value));
    const answer = async (): Promise<void> => {
      const path = request.url?.split('?', 1)[0];
      if (path === '/live') return json(200, { status: 'ok' });
      if (path === '/metrics') return reply(200, registry.contentType, await registry.metrics());
      if (path !== '/health') return json(404, { status: 404, title: 'Not found', type: 'about:blank' });
      const report = await health();
      return json(report.status === 'unavailable' ? 503 : 200, report);
    };
    answer().catch((error: unknown) => response.destroy(error instanceof Error ? error : undefined));
  });
  server.requestTimeout = 5_000;
  server.headersTimeout = 5_000;
  await new Promise<void>((resolve, reject) => {
    server.once('error', reject);
    server.listen(options.port, '0.0.0.0', resolve);
  });
  return {
    port: (server.address() as AddressInfo).port,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeIdleConnections();
      }),
  };
}
