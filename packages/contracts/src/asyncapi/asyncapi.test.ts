import { readFileSync } from 'node:fs';
import asyncapi from '@asyncapi/specs';
import { Ajv } from 'ajv';
import { conversationCommands } from '../commands.ts';
import { eventContracts } from '../events.ts';
import { queryContracts } from '../queries.ts';
import { closeCodes } from '../socket.ts';
import { buildAsyncapi } from './build-asyncapi.ts';
import type { Json, JsonObject } from './json.ts';
import { renderAsyncapi } from './render-asyncapi.ts';

const document = buildAsyncapi();
const text = JSON.stringify(document);
const at = (pointer: string): Json | undefined =>
  pointer
    .slice(2)
    .split('/')
    .reduce<Json | undefined>((value, key) => (value as JsonObject | undefined)?.[key], document);

const validator = new Ajv({ strict: false, validateFormats: false });

describe('docs/asyncapi.yaml', () => {
  it('is what the contracts say (else run: npm run generate)', () => {
    const file = new URL('../../../../docs/asyncapi.yaml', import.meta.url);
    expect(readFileSync(file, 'utf8')).toBe(renderAsyncapi());
  });

  it('is an AsyncAPI 3.0 document', () => {
    const validate = validator.compile(asyncapi.schemasWithoutId['3.0.0'] as object);
    validate(document);
    expect(validate.errors).toBeNull();
  });

  it('is refused by that schema when something is wrong with it', () => {
    const validate = validator.compile(asyncapi.schemasWithoutId['3.0.0'] as object);
    expect(validate({ ...document, operations: { broken: { action: 'shout' } } })).toBe(false);
  });

  it('refers only to what is there', () => {
    const references = [...text.matchAll(/"\$ref":"(#\/[^"]+)"/g)].map(([, pointer = '']) => pointer);
    expect(references.length).toBeGreaterThan(100);
    expect(references.filter((pointer) => at(pointer) === undefined)).toEqual([]);
  });

  it('has examples that its own schemas accept', () => {
    const messages = Object.entries((document.components as JsonObject).messages as JsonObject);
    const wrong = messages.filter(([, message]) => {
      const { payload, examples } = message as { payload: JsonObject; examples: { payload: Json }[] };
      const { components } = document;
      return !validator.validate({ ...payload, components }, examples[0]?.payload);
    });
    expect(wrong.map(([name]) => name)).toEqual([]);
  });

  it('names every contract', () => {
    const messages = Object.keys((document.components as JsonObject).messages as JsonObject);
    const expected = [
      ...conversationCommands.map(({ verb }) => verb),
      ...eventContracts.map(({ type }) => type),
      ...queryContracts.map(({ subject }) => subject.split('.').at(-1) ?? ''),
    ];
    expect(messages).toEqual(expect.arrayContaining(expected));
    expect(at('#/channels/socket/x-close-codes')).toEqual(closeCodes);
  });
});
