import Type, { type TSchema } from 'typebox';
import { messageStored } from '../events.ts';
import { Message } from '../message-entities.ts';
import { readable } from '../readable.ts';
import { findIncompatibilities } from './find-incompatibilities.ts';
import { type FrozenEvent, findBreakage, freezeEvent } from './freeze-event.ts';

const closed = { additionalProperties: false } as const;
const { text, senderId, seq, ...others } = Message.properties;
const attachments = Type.Array(Type.String(), { maxItems: 10 });
const published = freezeEvent(messageStored);
const breakageOf = (data: TSchema) =>
  findBreakage(published, freezeEvent({ ...messageStored, data: data as typeof messageStored.data }));

/** Edits of a published event, each with the one line that refuses it. */
const forbidden: [edit: string, schema: TSchema, fault: string][] = [
  ['a property is removed', Type.Object({ ...others, text, senderId }, closed), '/seq was removed'],
  [
    'a property is newly required',
    Type.Object({ ...Message.properties, priority: Type.String() }, closed),
    '/priority is newly required',
  ],
  [
    'a property becomes optional',
    Type.Object({ ...others, text, senderId, seq: Type.Optional(seq) }, closed),
    '/seq is now optional',
  ],
  [
    'a type changes',
    Type.Object({ ...others, text, senderId, seq: Type.Number({ minimum: 0 }) }, closed),
    '/seq/type was "integer" and is "number"',
  ],
  [
    'a range is narrowed',
    Type.Object({ ...others, text, senderId, seq: Type.Integer({ minimum: 1 }) }, closed),
    '/seq/minimum was 0 and is 1',
  ],
  [
    'a range is widened',
    Type.Object({ ...others, seq, senderId, text: Type.String({ ...text, maxLength: 32_000 }) }, closed),
    '/text/maxLength was 16000 and is 32000',
  ],
  [
    'a limit is dropped',
    Type.Object({ ...others, seq, senderId, text: Type.String() }, closed),
    '/text/maxLength was 16000 and is undefined',
  ],
  [
    'the inside of a list changes',
    Type.Object({ ...Message.properties, attachments }, closed),
    '/attachments/items/type was "object" and is "string"',
  ],
];

describe('a published event', () => {
  it.each(forbidden)('is broken when %s', (_edit, schema, fault) => {
    expect(breakageOf(schema)).toContain(fault);
  });

  it('is broken twice when a property is renamed', () => {
    const renamed = Type.Object({ ...others, text, seq, authorId: senderId }, closed);
    expect(breakageOf(renamed)).toEqual(['/senderId was removed', '/authorId is newly required']);
  });

  it('is broken when a choice is taken away or added', () => {
    const choice = (...values: string[]) => JSON.parse(JSON.stringify(Type.Enum(values)));
    expect(findIncompatibilities(choice('a', 'b'), choice('a'))).toHaveLength(1);
    expect(findIncompatibilities(choice('a', 'b'), choice('a', 'b', 'c'))).toHaveLength(1);
  });

  it('is broken when it goes to another audience', () => {
    const moved: FrozenEvent = { ...published, audience: 'user' };
    expect(findBreakage(published, moved)).toEqual(['audience was conversation and is user']);
  });

  it('may gain an optional property', () => {
    expect(
      breakageOf(Type.Object({ ...Message.properties, priority: Type.Optional(Type.String()) }, closed)),
    ).toEqual([]);
  });

  it('may be described in other words', () => {
    const reworded = { ...seq, description: 'Its place' };
    expect(breakageOf(Type.Object({ ...others, text, senderId, seq: reworded }, closed))).toEqual([]);
  });

  it('is unchanged by being read tolerantly, but for what is not known', () => {
    const faults = findIncompatibilities(
      published.schema,
      JSON.parse(JSON.stringify(readable(messageStored.data))),
    );
    expect(faults).toHaveLength(4);
    expect(faults.every((one) => one.endsWith('additionalProperties was false and is undefined'))).toBe(true);
  });
});
