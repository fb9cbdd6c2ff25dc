import swagger from '@fastify/swagger';
import { apiPrefix, type RouteContract, routeContracts } from '@storm/contracts';
import { type FastifyInstance, type FastifySchema, fastify } from 'fastify';
import type { TSchema } from 'typebox';
import { version } from '../version.ts';
import { nameSchemas } from './name-schemas.ts';
import { problemSchema } from './problem-schema.ts';

const tagOf = ({ path }: RouteContract): string => {
  const [, first = '', , third] = path.split('/');
  if (third === 'media') return 'media';
  if (third === 'messages' || third === 'read' || first === 'unread') return 'messages';
  return first === 'auth' ? 'accounts' : first;
};

const file = { type: 'string', format: 'binary' };
const emptyAnswers = new Set(['204', '304']);

function answersOf({ responses, bytes, auth }: RouteContract): Record<string, unknown> {
  const answers: Record<string, unknown> = {};
  for (const [status, schema] of Object.entries(responses)) {
    const description = describe(schema, status);
    if (emptyAnswers.has(status)) answers[status] = { description, type: 'null' };
    else if (bytes === 'response') answers[status] = { description, content: { '*/*': { schema: file } } };
    else answers[status] = { description, content: { 'application/json': { schema } } };
  }
  const problem = { 'application/problem+json': { schema: problemSchema } };
  if (auth === 'bearer') answers['401'] = { description: 'No valid access token', content: problem };
  answers.default = { description: 'A problem; docs/problems.md lists them', content: problem };
  return answers;
}

const describe = (schema: TSchema, status: string): string =>
  'description' in schema && typeof schema.description === 'string'
    ? schema.description
    : ({ 201: 'Created', 202: 'Accepted, to be done', 206: 'A part of the file' }[status] ?? 'OK');

function describeRoute(contract: RouteContract): FastifySchema {
  const { name, summary, auth, params, query, body, bytes } = contract;
  const uploads = bytes === 'request' ? { body: { content: { '*/*': { schema: file } } } } : {};
  return {
    operationId: name,
    summary,
    tags: [tagOf(contract)],
    security: auth === 'bearer' ? [{ accessToken: [] }] : [],
    ...(params === undefined ? {} : { params }),
    ...(query === undefined ? {} : { querystring: query }),
    ...(body === undefined ? uploads : { body }),
    response: answersOf(contract),
  };
}

/** An application that serves nothing and knows every route: what OpenAPI is generated from. */
export async function describeApi(
  extend?: (app: FastifyInstance) => PromiseLike<unknown>,
): Promise<FastifyInstance> {
  const app = fastify();
  app.setValidatorCompiler(() => () => true);
  app.setSerializerCompiler(() => () => '');
  await app.register(swagger, {
    openapi: {
      openapi: '3.1.0',
      info: {
        title: 'Storm',
        version,
        description: 'Accounts, conversations, messages, media and inbox. Live events: docs/asyncapi.yaml.',
        license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
      },
      servers: [{ url: '/' }],
      components: {
        securitySchemes: { accessToken: { type: 'http', scheme: 'bearer', bearerFormat: 'JWT' } },
      },
    },
    transformObject: (document) => nameSchemas('openapiObject' in document ? document.openapiObject : {}),
  });
  for (const contract of routeContracts) {
    app.route({
      method: contract.method,
      url: apiPrefix + contract.path,
      exposeHeadRoute: false,
      schema: describeRoute(contract),
      handler: async () => undefined,
    });
  }
  await extend?.(app);
  await app.ready();
  return app;
}
