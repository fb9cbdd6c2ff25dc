import { access } from 'node:fs/promises';
import { join } from 'node:path';
import fastifyStatic from '@fastify/static';
import type { Logger } from '@storm/runtime';
import type { FastifyInstance, FastifyReply } from 'fastify';

/** No script and no style stands in a page; pictures of conversations come as blobs, since fetching them needs a token. */
const policy = [
  "default-src 'none'",
  "script-src 'self'",
  "style-src 'self'",
  "img-src 'self' blob: data:",
  "media-src 'self' blob:",
  "font-src 'self'",
  "connect-src 'self'",
  "manifest-src 'self'",
  "worker-src 'self'",
  "base-uri 'self'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ');

const pageHeaders = {
  'content-security-policy': policy,
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'cache-control': 'no-cache',
};

/** What lies beside the pages and is asked for by a name that stays. */
const plainFiles = ['icon.svg', 'manifest.webmanifest'];

/** The chat client: pages at `/` and `/c/:conversationId`, files with hashed names below `/assets/`. */
export async function serveWeb(
  app: FastifyInstance,
  { dir, log }: { dir: string; log: Logger },
): Promise<void> {
  const isBuilt = await access(join(dir, 'index.html')).then(
    () => true,
    () => false,
  );
  if (!isBuilt) return log.warn({ dir }, 'no web client there: none is served');
  await app.register(fastifyStatic, {
    root: join(dir, 'assets'),
    prefix: '/assets/',
    preCompressed: true,
    immutable: true,
    maxAge: '365d',
    index: false,
    redirect: false,
  });
  const page = (file: string) => async (_request: unknown, reply: FastifyReply) =>
    reply.headers(pageHeaders).sendFile(file, dir, { cacheControl: false });
  app.get('/', page('index.html'));
  app.get('/c/:conversationId', page('conversation.html'));
  // A worker fetches under the policy that it came with itself, and is looked for anew each time.
  app.get('/sw.js', page('sw.js'));
  for (const file of plainFiles)
    app.get(`/${file}`, async (_request, reply) =>
      reply.sendFile(file, dir, { maxAge: '1d', immutable: false }),
    );
}
