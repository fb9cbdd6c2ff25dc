import type { FastifyInstance } from 'fastify';

/**
 * `/docs`: the API description to read and try. It is an application of its own, made when somebody first asks for
 * it, so that a gateway without readers does not carry it in memory.
 */
export function registerDocs(app: FastifyInstance): void {
  let docs: Promise<FastifyInstance> | undefined;
  const open = async (): Promise<FastifyInstance> => {
    const { createDocs } = await import('../openapi/create-docs.ts');
    return createDocs();
  };
  const config = { isOperational: true };
  app.route({
    method: ['GET', 'HEAD'],
    url: '/docs',
    config,
    exposeHeadRoute: false,
    handler: async (_request, reply) => reply.redirect('docs/', 302),
  });
  app.route({
    method: ['GET', 'HEAD'],
    url: '/docs/*',
    config,
    exposeHeadRoute: false,
    handler: async (request, reply) => {
      docs ??= open();
      const { routing } = await docs;
      reply.hijack();
      routing(request.raw, reply.raw);
    },
  });
  app.addHook('onClose', async () => (await docs)?.close());
}
