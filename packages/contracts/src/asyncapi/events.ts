import { busRoles, eventDurable } from '../bus/bus-roles.ts';
import { type Audience, type EventContract } from '../event-contract.ts';
import { eventHeaders, eventSubject } from '../event-subjects.ts';
import { eventContracts } from '../events.ts';
import { eventExamples } from '../examples/index.ts';
import type { ConversationId } from '../ids.ts';
import { serviceNames } from '../services.ts';
import { eventStream } from '../streams.ts';
import { describeChannel, describeMessage, describeOperation, joinParts, type Part } from './part.ts';

const whose = (audience: Audience): ConversationId => `{${audience}Id}` as ConversationId;

const describeHeaders = (contract: EventContract) => {
  const names = Object.keys(eventHeaders(contract, '', ''));
  const fixed: Record<string, object> = {
    'Nats-Msg-Id': { type: 'string', description: 'As ce-id; the stream drops a repeat' },
    'ce-specversion': { type: 'string', const: '1.0' },
    'ce-type': { type: 'string', const: contract.type },
    'ce-source': { type: 'string', const: `/storm/${contract.source}` },
  };
  return {
    type: 'object',
    required: names,
    properties: Object.fromEntries(names.map((name) => [name, { ...(fixed[name] ?? { type: 'string' }) }])),
  };
};

const describeEvent = (contract: (typeof eventContracts)[number]): Part => {
  const { type, audience, source, summary, data, isToldTogether } = contract;
  const channel = `event.${type}`;
  const consumers = serviceNames.filter((name) => busRoles[name].consumes?.includes(contract));
  return {
    messages: {
      [type]: describeMessage(type, {
        title: type,
        summary,
        payload: data,
        // The payload is what a line holds.
        ...(isToldTogether && { contentType: 'application/x-ndjson' }),
        headers: JSON.parse(JSON.stringify(describeHeaders(contract))),
        example: eventExamples[type],
      }),
    },
    channels: {
      [channel]: describeChannel({
        address: eventSubject(contract, whose(audience)),
        title: summary,
        server: 'bus',
        messages: [type],
        more: { 'x-stream': eventStream.name },
      }),
    },
    operations: {
      [`${source}.tell.${type}`]: describeOperation({
        action: 'send',
        by: source,
        channel,
        summary,
        messages: [type],
      }),
      ...Object.fromEntries(
        consumers.map((service) => [
          `${service}.consume.${type}`,
          describeOperation({
            action: 'receive',
            by: service,
            channel,
            summary: 'Takes each once, in batches',
            messages: [type],
            more: { 'x-durable': eventDurable(service, contract) },
          }),
        ]),
      ),
    },
  };
};

const describeLive = (audience: Audience): Part => {
  const types = eventContracts.filter((one) => one.audience === audience).map(({ type }) => type);
  const channel = `live.${audience}`;
  return {
    messages: {},
    channels: {
      [channel]: describeChannel({
        // The last word stands for the type, which holds a dot.
        address: `live.${audience}.${whose(audience)}.*.*`,
        title: `Events of a ${audience} as they are stored`,
        description:
          'A copy of each stored event, made by the stream, with its place in the headers `Nats-Sequence` and `Nats-Time-Stamp`.',
        server: 'bus',
        messages: types,
      }),
    },
    operations: Object.fromEntries(
      serviceNames
        .filter((service) => busRoles[service].hears?.includes(audience))
        .map((service) => [
          `${service}.hear.${audience}`,
          describeOperation({
            action: 'receive',
            by: service,
            channel,
            summary: `Hears the ${audience}s whose people are connected to it`,
            messages: types,
          }),
        ]),
    ),
  };
};

/** What has happened: stored for days, heard live. */
export const describeEvents = (): Part =>
  joinParts([...eventContracts.map(describeEvent), describeLive('conversation'), describeLive('user')]);
