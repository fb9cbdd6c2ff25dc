import type { TSchema } from 'typebox';

/**
 * The schema as a reader must apply it: whoever writes may say only what the contract names, whoever reads skips what
 * it does not know yet. So a program of the day before reads events that have gained an optional property.
 */
export const readable = <T extends TSchema>(schema: T): T => open(schema) as T;

function open(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(open);
  if (typeof value !== 'object' || value === null) return value;
  const entries = Object.entries(value).filter(
    ([key, one]) => key !== 'additionalProperties' || one !== false,
  );
  return Object.fromEntries(entries.map(([key, one]) => [key, open(one)]));
}
