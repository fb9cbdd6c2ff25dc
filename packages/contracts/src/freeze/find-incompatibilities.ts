type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonObject = { readonly [key: string]: Json };

/** They tell a person something and a validator nothing. */
const annotations = new Set(['title', 'description', 'examples', 'default']);

/**
 * What a published event version does not allow, one line for each fault; empty when the edit may ship.
 *
 * The rule: **a version may gain optional properties and nothing else.** Events are kept for days and read by programs
 * of the day before and of the day after, so an edit must hold both ways:
 * - An older event must still be read: nothing removed or renamed, no property newly required, no range narrowed.
 * - A newer event must not surprise an older reader: no type, range, pattern or choice widened, nothing that was
 *   always there now optional. New properties it skips, which is why readers validate with `readable(schema)`.
 *
 * Words for people (`description`, `examples`, …) are free. Anything else is a new version beside the old one.
 */
export function findIncompatibilities(frozen: JsonObject, current: JsonObject, path = ''): string[] {
  const keys = [...new Set([...Object.keys(frozen), ...Object.keys(current)])].filter(
    (key) => !annotations.has(key) && key !== 'properties' && key !== 'required',
  );
  return [
    ...compareProperties(frozen, current, path),
    ...keys.flatMap((key) => compareKeyword(frozen[key], current[key], `${path}/${key}`)),
  ];
}

function compareKeyword(frozen: Json | undefined, current: Json | undefined, path: string): string[] {
  if (isObject(frozen) && isObject(current)) return findIncompatibilities(frozen, current, path);
  if (Array.isArray(frozen) && Array.isArray(current) && frozen.length === current.length) {
    return frozen.flatMap((one, index) => compareKeyword(one, current[index], `${path}/${index}`));
  }
  if (frozen === current) return [];
  return [`${path} was ${JSON.stringify(frozen)} and is ${JSON.stringify(current)}`];
}

function compareProperties(frozen: JsonObject, current: JsonObject, path: string): string[] {
  const [before, after] = [propertiesOf(frozen), propertiesOf(current)];
  const [mustBefore, mustAfter] = [requiredOf(frozen), requiredOf(current)];
  const faults: string[] = [];
  for (const [name, schema] of Object.entries(before)) {
    const there = after[name];
    const at = `${path}/${name}`;
    if (there === undefined) faults.push(`${at} was removed`);
    else faults.push(...compareKeyword(schema, there, at));
    if (there !== undefined && mustBefore.has(name) && !mustAfter.has(name))
      faults.push(`${at} is now optional`);
  }
  for (const name of mustAfter) if (!mustBefore.has(name)) faults.push(`${path}/${name} is newly required`);
  return faults;
}

const isObject = (value: Json | undefined): value is JsonObject =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const propertiesOf = ({ properties }: JsonObject): JsonObject => (isObject(properties) ? properties : {});

const requiredOf = ({ required }: JsonObject): Set<string> =>
  new Set(Array.isArray(required) ? required.map(String) : []);
