import type { Static, TSchema } from 'typebox';
import { Compile } from 'typebox/compile';
import { runtimeProblems } from './problem.ts';

export type Validator<T extends TSchema> = (value: unknown) => Static<T>;

/** Compiles a schema once; the returned function gives the value back or throws `invalid-request` with each fault. */
export function createValidator<T extends TSchema>(schema: T): Validator<T> {
  const compiled = Compile(schema);
  return (value) => {
    if (compiled.Check(value)) return value as Static<T>;
    const errors = compiled
      .Errors(value)
      .slice(0, 10)
      .map((error) => ({ path: error.instancePath || '/', message: error.message }));
    const detail = errors.map((error) => `${error.path} ${error.message}`).join('; ');
    throw runtimeProblems['invalid-request']({ detail, errors });
  };
}
