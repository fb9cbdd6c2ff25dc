import { apiPrefix, type RouteContract, routeContracts } from '@storm/contracts';
import type {
  FastifyInstance,
  FastifySchema,
  HTTPMethods,
  onRequestHookHandler,
  RouteHandlerMethod,
} from 'fastify';
import { problems } from '../problems.ts';
import type { Limits } from './limit-requests.ts';
import { expectBodySoon } from './read-json-body.ts';
import type { Handlers } from './route-types.ts';
import { validateParts } from './validate-parts.ts';

interface RouteParts {
  handlers: Handlers;
  authenticate: onRequestHookHandler;
  limits: Limits;
}

/** Serves every contract of the public API; what a contract says is what happens, in this order: who, how often, shape. */
export async function registerRoutes(app: FastifyInstance, parts: RouteParts): Promise<void> {
  for (const contract of routeContracts) {
    if ('bytes' in contract && contract.bytes === 'request') {
      await app.register((scope, _options, done) => {
        // The body stays a stream, whatever type it claims to be.
        scope.removeAllContentTypeParsers();
        scope.addContentTypeParser('*', (_request, _payload, done) => done(null));
        registerRoute(scope, contract, parts);
        done();
      });
    } else {
      registerRoute(app, contract, parts);
    }
  }
  for (const [path, methods] of methodsByPath()) refuseOtherMethods(app, path, methods);
}

function registerRoute(
  app: FastifyInstance,
  contract: (typeof routeContracts)[number],
  { handlers, authenticate, limits }: RouteParts,
): void {
  app.route({
    method: contract.method,
    url: apiPrefix + contract.path,
    schema: schemaOf(contract),
    validatorCompiler: validateParts,
    // A HEAD of a file would read the whole of it.
    exposeHeadRoute: contract.method === 'GET' && !('bytes' in contract),
    onRequest: [...(contract.auth === 'bearer' ? [authenticate] : []), limits.ofRoute(contract)],
    preParsing: 'body' in contract ? [expectBodySoon] : [],
    preHandler: limits.ofSignIn(contract),
    // The map's type has matched each handler with its contract; a loop over all of them cannot say so.
    handler: handlers[contract.name] as RouteHandlerMethod,
  });
}

function schemaOf({ params, query, body }: RouteContract): FastifySchema {
  return {
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(body === undefined ? {} : { body }),
  };
}

const allMethods: readonly HTTPMethods[] = ['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'];

function methodsByPath(): Map<string, Set<HTTPMethods>> {
  const byPath = new Map<string, Set<HTTPMethods>>();
  for (const contract of routeContracts) {
    const methods = byPath.get(contract.path) ?? new Set();
    methods.add(contract.method);
    if (contract.method === 'GET' && !('bytes' in contract)) methods.add('HEAD');
    byPath.set(contract.path, methods);
  }
  return byPath;
}

function refuseOtherMethods(app: FastifyInstance, path: string, methods: ReadonlySet<HTTPMethods>): void {
  app.route({
    method: allMethods.filter((method) => !methods.has(method)),
    url: apiPrefix + path,
    exposeHeadRoute: false,
    handler: async (_request, reply) => {
      reply.header('allow', [...methods].join(', '));
      throw problems['method-not-allowed']();
    },
  });
}
