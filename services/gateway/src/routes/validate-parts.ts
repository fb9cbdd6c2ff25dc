import { createValidator } from '@storm/runtime';
import type { FastifySchemaCompiler } from 'fastify';
import type { TSchema } from 'typebox';
import { Value } from 'typebox/value';

/**
 * Validation by the contract's own schema. It is compiled when the first request needs it: a gateway starts within a
 * fifth of a core. What a query string carries are strings, so its values are converted first.
 */
export const validateParts: FastifySchemaCompiler<TSchema> = ({ schema, httpPart }) => {
  let validate: ((value: unknown) => unknown) | undefined;
  return (value: unknown) => {
    validate ??= createValidator(schema);
    try {
      return { value: validate(httpPart === 'querystring' ? readQuery(schema, value) : value) };
    } catch (error) {
      if (error instanceof Error) return { error };
      throw error;
    }
  };
};

/** Only what reads back as it was written is converted: 1.5 is not an integer 1, nor is a repeated parameter its first. */
function readQuery(schema: TSchema, query: unknown): unknown {
  const written = query as Readonly<Record<string, unknown>>;
  const converted = Value.Convert(schema, { ...written }) as Readonly<Record<string, unknown>>;
  return Object.fromEntries(
    Object.entries(written).map(([name, text]) => [
      name,
      String(converted[name]) === text ? converted[name] : text,
    ]),
  );
}
