export type Json = null | boolean | number | string | Json[] | { [key: string]: Json };
export type JsonObject = { [key: string]: Json };

/** The value as it would be read back from its JSON. */
export const plain = (value: unknown): Json => JSON.parse(JSON.stringify(value)) as Json;
