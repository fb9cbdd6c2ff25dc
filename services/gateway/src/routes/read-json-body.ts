import type { FastifyInstance, preParsingHookHandler } from 'fastify';
import { problems } from '../problems.ts';

const bodyTimeoutMs = 10_000;

/** JSON is the only body that routes take, besides files. A content type without a body is no body. */
export function readJsonBodies(app: FastifyInstance): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body.length === 0) done(null, undefined);
    else void parse(request, body.toString(), done);
  });
}

/** A small body has no reason to take long; the server's own limit must be wide enough for uploads. */
export const expectBodySoon: preParsingHookHandler = (request, reply, payload, done) => {
  if (!request.raw.complete) {
    const timer = setTimeout(() => {
      if (request.raw.complete || reply.sent) return;
      reply.raw.once('finish', () => request.raw.destroy());
      void reply.header('connection', 'close').send(problems['request-timeout']());
    }, bodyTimeoutMs);
    reply.raw.once('close', () => clearTimeout(timer));
  }
  done(null, payload);
};
