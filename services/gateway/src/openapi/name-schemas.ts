import { entitySchemas } from '@storm/contracts';
import { problemSchema } from './problem-schema.ts';

const named = { ...entitySchemas, Problem: problemSchema };

type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
/** As the generator spells schemas: without symbols, a constant as an enumeration of one. */
const plain = (value: unknown): Json =>
  JSON.parse(JSON.stringify(value), (_key, one: Json) => {
    if (one === null || typeof one !== 'object' || Array.isArray(one) || !('const' in one)) return one;
    const { const: only, ...rest } = one;
    return { ...rest, enum: [only ?? null] };
  }) as Json;

/** Writes each entity once, under `components.schemas`, and refers to it wherever a schema is the same. */
export function nameSchemas<T extends object>(document: T): T {
  const nameOf = new Map(
    Object.entries(named).map(([name, schema]) => [JSON.stringify(plain(schema)), name]),
  );
  const refer = (value: Json, isDefinition = false): Json => {
    if (value === null || typeof value !== 'object') return value;
    if (Array.isArray(value)) return value.map((one) => refer(one));
    const name = isDefinition ? undefined : nameOf.get(JSON.stringify(value));
    if (name !== undefined) return { $ref: `#/components/schemas/${name}` };
    return Object.fromEntries(Object.entries(value).map(([key, one]) => [key, refer(one)]));
  };
  const schemas = Object.fromEntries(
    Object.entries(named).map(([name, schema]) => [name, refer(plain(schema), true)]),
  );
  const referred = refer(plain(document)) as { [key: string]: Json };
  const components = { ...(referred.components as { [key: string]: Json } | undefined), schemas };
  return { ...referred, components } as unknown as T;
}
