import type { TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { conversationCommands, processMedia } from '../commands.ts';
import { directConversationId, groupConversationId } from '../conversation-id.ts';
import { decodeCursor } from '../cursor.ts';
import { entitySchemas } from '../entity-schemas.ts';
import { eventContracts } from '../events.ts';
import { type RouteContract, routeContracts } from '../http/index.ts';
import { queryContracts } from '../queries.ts';
import { ClientFrame, ServerFrame } from '../socket.ts';
import { cursor, ids } from './ids.ts';
import {
  clientFrameExamples,
  commandExamples,
  entityExamples,
  eventExamples,
  processMediaExample,
  queryExamples,
  routeExamples,
  serverFrameExamples,
} from './index.ts';

const faults = (schema: TSchema, value: unknown) =>
  Compile(schema)
    .Errors(value)
    .map(({ instancePath, message }) => `${instancePath} ${message}`);

type Case = [name: string, schema: TSchema, example: unknown];

const routeCases = routeContracts.flatMap((route: RouteContract): Case[] => {
  const example: Partial<Record<'params' | 'query' | 'body', unknown>> & {
    responses: Record<number, unknown>;
  } = routeExamples[route.name as keyof typeof routeExamples];
  const parts = (['params', 'query', 'body'] as const).flatMap((part): Case[] => {
    const schema = route[part];
    return schema === undefined ? [] : [[`${route.name} ${part}`, schema, example[part]]];
  });
  const answers = Object.entries(route.responses)
    .filter(([status]) => route.bytes !== 'response' && status !== '204')
    .map(([status, schema]): Case => [`${route.name} ${status}`, schema, example.responses[Number(status)]]);
  return [...parts, ...answers];
});

const cases: Case[] = [
  ...Object.entries(entitySchemas).map(
    ([name, schema]): Case => [name, schema, entityExamples[name as keyof typeof entityExamples]],
  ),
  ...eventContracts.map(({ type, data }): Case => [type, data, eventExamples[type]]),
  ...conversationCommands.flatMap(({ verb, data, answer }): Case[] => [
    [verb, data, commandExamples[verb].data],
    [`${verb} answer`, answer, commandExamples[verb].answer],
  ]),
  ['process media', processMedia.data, processMediaExample],
  ...queryContracts.flatMap(({ subject, request, answer }): Case[] => [
    [subject, request, queryExamples[subject].request],
    [`${subject} answer`, answer, queryExamples[subject].answer],
  ]),
  ...Object.values(clientFrameExamples).map((one): Case => [`${one.type} from a client`, ClientFrame, one]),
  ...Object.values(serverFrameExamples).map((one): Case => [`${one.type} from a server`, ServerFrame, one]),
  ...routeCases,
];

describe('the example', () => {
  it.each(cases)('of %s has the shape of its contract', (_name, schema, example) => {
    expect(faults(schema, example)).toEqual([]);
  });

  it('conversations are named as real ones are', () => {
    expect(directConversationId(ids.ada, ids.bob)).toBe(ids.direct);
    expect(groupConversationId(ids.ada, 'trip-2026')).toBe(ids.group);
  });

  it('cursor can be read', () => {
    expect(decodeCursor(cursor)).toMatchObject({ sequence: 4_711 });
  });
});
