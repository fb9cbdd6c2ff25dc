import type { Static, TObject } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';

/**
 * Reads the environment against one schema (values are strings there: numbers and booleans are converted, defaults filled).
 * @throws Error that names every variable that is missing or wrong, without its value.
 */
export function readEnv<T extends TObject>(schema: T, source: NodeJS.ProcessEnv): Readonly<Static<T>> {
  const picked: Record<string, unknown> = {};
  for (const name of Object.keys(schema.properties)) {
    const value = source[name];
    if (value !== undefined && value !== '') picked[name] = value;
  }
  const candidate = Value.Convert(schema, Value.Default(schema, picked));
  const compiled = Compile(schema);
  if (!compiled.Check(candidate)) {
    const faults = compiled
      .Errors(candidate)
      .map((error) => `${error.instancePath.slice(1)} ${error.message}`);
    throw new Error(`environment: ${faults.join('; ')}`);
  }
  return Object.freeze(candidate as Static<T>);
}
