import { answererOf } from '../bus/bus-roles.ts';
import { queryExamples } from '../examples/index.ts';
import { queryContracts } from '../queries.ts';
import type { ServiceName } from '../services.ts';
import {
  describeChannel,
  describeMessage,
  describeOperation,
  joinParts,
  messagesOf,
  type Part,
} from './part.ts';
import { problemMessage } from './problem.ts';

const describeQuery = (contract: (typeof queryContracts)[number]): Part => {
  const { subject, request, answer } = contract;
  const service = answererOf(contract) as ServiceName;
  const name = subject.split('.').at(-1) ?? subject;
  const [replies, answered] = [`reply.${name}`, `${name}.answer`];
  const example = queryExamples[subject];
  const title = name.replaceAll('-', ' ');
  return {
    messages: {
      [name]: describeMessage(name, { title, payload: request, example: example.request }),
      [answered]: describeMessage(answered, {
        title: `${title}: the answer`,
        payload: answer,
        example: example.answer,
      }),
    },
    channels: {
      [subject]: describeChannel({ address: subject, title, server: 'bus', messages: [name] }),
      [replies]: describeChannel({
        address: null,
        title: `Answers to ${name}`,
        server: 'bus',
        messages: [answered, problemMessage],
      }),
    },
    operations: {
      [`${service}.answer.${name}`]: describeOperation({
        action: 'receive',
        by: service,
        channel: subject,
        summary: `Answers ${title}`,
        messages: [name],
        reply: {
          channel: { $ref: `#/channels/${replies}` },
          messages: messagesOf(replies, [answered, problemMessage]),
        },
        more: { bindings: { nats: { queue: service } } },
      }),
    },
  };
};

/** Questions between services, NATS request/reply. */
export const describeQueries = (): Part => joinParts(queryContracts.map(describeQuery));
