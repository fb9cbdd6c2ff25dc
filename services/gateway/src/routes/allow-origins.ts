import cors from '@fastify/cors';
import type { FastifyInstance } from 'fastify';

/** Lets in the browsers of named origins, with no cookies; without a name there is no CORS at all. */
export async function allowOrigins(app: FastifyInstance, origins: string[]): Promise<void> {
  if (origins.length === 0) return;
  await app.register(cors, {
    origin: origins,
    methods: ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'],
    allowedHeaders: ['authorization', 'content-type', 'range', 'if-none-match', 'if-range'],
    exposedHeaders: [
      'x-request-id',
      'retry-after',
      'ratelimit-limit',
      'ratelimit-remaining',
      'ratelimit-reset',
      'content-range',
      'etag',
    ],
    maxAge: 600,
  });
}
