import { serviceNames } from '../services.ts';
import { streams } from '../streams.ts';
import { describeCommands } from './commands.ts';
import { describeDeadLetters } from './dead-letters.ts';
import { describeEvents } from './events.ts';
import { type JsonObject, plain } from './json.ts';
import { definitions } from './name-schemas.ts';
import { joinParts } from './part.ts';
import { describeProblem } from './problem.ts';
import { describeQueries } from './queries.ts';
import { describeSocket } from './socket.ts';

const description = `Everything that Storm says over NATS and over the WebSocket of the gateway.

Each operation is seen from the service in its tag. Commands and jobs wait in work queues until they are done; events
are kept for days in the order of one stream and copied to live subjects; queries are request and reply.
A refusal is a problem (RFC 9457): over NATS with the header \`Storm-Problem\`, over the socket as an \`error\` frame.
An event version may gain optional properties and nothing else, so readers skip what they do not know.`;

const servers = {
  bus: {
    host: 'nats:4222',
    protocol: 'nats',
    description: 'NATS with JetStream, inside the deployment; one user per service',
    security: [{ $ref: '#/components/securitySchemes/service' }],
  },
  gateway: {
    host: 'localhost:30080',
    protocol: 'ws',
    description: 'The only entry from outside',
  },
};

/** The AsyncAPI 3.0 document of every contract that is not HTTP. */
export function buildAsyncapi(): JsonObject {
  const { channels, operations, messages } = joinParts([
    describeCommands(),
    describeEvents(),
    describeQueries(),
    describeDeadLetters(),
    describeSocket(),
    describeProblem(),
  ]);
  const configs = streams.map(({ name, owner, ...config }) => [name, { owner, config }]);
  return {
    asyncapi: '3.0.0',
    info: {
      title: 'Storm',
      version: '0.1.0',
      description,
      tags: serviceNames.map((name) => ({ name })),
    },
    defaultContentType: 'application/json',
    servers,
    channels,
    operations,
    components: {
      messages,
      schemas: definitions(messages),
      securitySchemes: {
        service: {
          type: 'userPassword',
          description: 'The user of the service, with the rights of users.conf',
        },
      },
    },
    'x-streams': plain(Object.fromEntries(configs)),
  };
}
