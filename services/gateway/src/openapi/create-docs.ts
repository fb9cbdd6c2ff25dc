import swaggerUi from '@fastify/swagger-ui';
import type { FastifyInstance } from 'fastify';
import { describeApi } from './describe-api.ts';

const directives = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  "connect-src 'self'",
  "frame-ancestors 'none'",
];

/** The description with its page, below `/docs`. */
export const createDocs = (): Promise<FastifyInstance> =>
  describeApi((app) =>
    app.register(swaggerUi, {
      routePrefix: '/docs',
      staticCSP: directives.join('; '),
      uiConfig: { deepLinking: true, persistAuthorization: true, tryItOutEnabled: true, validatorUrl: null },
    }),
  );
