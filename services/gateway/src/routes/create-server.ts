import type { Logger } from '@storm/runtime';
import { type FastifyInstance, fastify } from 'fastify';
import { earlyErrorOptions, handleErrors } from './handle-errors.ts';
import { readJsonBodies } from './read-json-body.ts';
import { secureHeaders } from './secure-headers.ts';

const maxJsonBytes = 65_536;
const secondsMs = 1_000;

/** Fastify with a bound on everything that a stranger can make it wait for or hold. */
export function createServer({
  log,
  trustedProxies,
}: {
  log: Logger;
  trustedProxies: string[];
}): FastifyInstance {
  const prefix = `${process.pid.toString(36)}${Date.now().toString(36)}-`;
  let count = 0;
  const app = fastify({
    ...earlyErrorOptions,
    // Requests are logged by whoever watches them; a logger for each request costs more than most requests.
    logger: false,
    bodyLimit: maxJsonBytes,
    trustProxy: trustedProxies.length === 0 ? false : trustedProxies,
    genReqId: () => prefix + (count++).toString(36),
    // Silence of a connection, in either direction.
    connectionTimeout: 60 * secondsMs,
    keepAliveTimeout: 70 * secondsMs,
    // A large file over a slow line; small bodies have a limit of their own.
    requestTimeout: 3_600 * secondsMs,
    return503OnClosing: false,
    http: { headersTimeout: 10 * secondsMs, maxHeaderSize: 16_384 },
  });
  app.decorateRequest('principal', null);
  handleErrors(app, log);
  readJsonBodies(app);
  secureHeaders(app);
  return app;
}
