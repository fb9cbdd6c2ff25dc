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
      return { value: validate(httpPart === 'querystring' ? Value.Convert(schema, value) : value) };
    } catch (error) {
      if (error instanceof Error) return { error };
      throw error;
    }
  };
};
