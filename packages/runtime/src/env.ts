import type { Static, TObject } from 'typebox';
import { Compile } from 'typebox/compile';
import { Value } from 'typebox/value';

/** What a variable that holds a secret is called, and what every value of a secret made for development says. */
const secretName = /(PASSWORD|SECRET|SECRET_KEY)$/;
const developmentValue = /development/i;

/**
 * Reads the environment against one schema (values are strings there: numbers and booleans are converted, defaults filled).
 * Where `DEPLOYMENT` is `production`, every secret must be there and none may be one of those made for development.
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
  if (source.DEPLOYMENT === 'production') refuseDevelopmentSecrets(Object.keys(schema.properties), picked);
  return Object.freeze(candidate as Static<T>);
}

function refuseDevelopmentSecrets(names: readonly string[], values: Readonly<Record<string, unknown>>): void {
  const faults = names
    .filter((name) => secretName.test(name))
    .flatMap((name) => {
      if (values[name] === undefined) return [`${name} must be set in production`];
      return developmentValue.test(String(values[name])) ? [`${name} is a secret for development`] : [];
    });
  if (faults.length > 0) throw new Error(`environment: ${faults.join('; ')}`);
}
