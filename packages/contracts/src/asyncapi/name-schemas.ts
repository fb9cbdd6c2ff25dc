import { entitySchemas } from '../entity-schemas.ts';
import * as ids from '../ids.ts';
import { ErrorFrame } from '../socket.ts';
import { type Json, plain } from './json.ts';

const { ConversationId, Cursor, IdempotencyKey, InboxItemId, Instant, MediaId, MessageId, Sequence } = ids;
const { SessionId, UserId } = ids;

/** Schemas that the document states once, by name. */
const named = {
  ...entitySchemas,
  ConversationId,
  Cursor,
  IdempotencyKey,
  InboxItemId,
  Instant,
  MediaId,
  MessageId,
  Problem: ErrorFrame.properties.problem,
  Sequence,
  SessionId,
  UserId,
};

const nameOf = new Map(Object.entries(named).map(([name, schema]) => [JSON.stringify(schema), name]));

/** The schema as plain JSON, with a reference wherever a named one stands. */
export function refer(schema: unknown): Json {
  return replace(plain(schema));
}

/** `components.schemas`: of the named ones those that some text refers to, directly or through one another. */
export function definitions(usedIn: Json): Record<string, Json> {
  const found = new Map<string, Json>();
  const visit = (value: Json): void => {
    for (const [, name = ''] of JSON.stringify(value).matchAll(/"#\/components\/schemas\/(\w+)"/g)) {
      if (found.has(name)) continue;
      const definition = inside(plain(named[name as keyof typeof named]));
      found.set(name, definition);
      visit(definition);
    }
  };
  visit(usedIn);
  return Object.fromEntries([...found].sort(([one], [other]) => one.localeCompare(other)));
}

function replace(value: Json): Json {
  const name = nameOf.get(JSON.stringify(value));
  return name === undefined ? inside(value) : { $ref: `#/components/schemas/${name}` };
}

function inside(value: Json): Json {
  if (Array.isArray(value)) return value.map(replace);
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, replace(one)]));
}
