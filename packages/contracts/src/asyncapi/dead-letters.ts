import { deadLetterStream } from '../streams.ts';
import { describeChannel, describeMessage, describeOperation, type Part } from './part.ts';

/** Headers of a parked message, with what each says. */
export const deadLetterHeaders = {
  'Storm-Dead-Subject': 'The subject under which it was stored',
  'Storm-Dead-Stream': 'The stream that it was taken from',
  'Storm-Dead-Consumer': 'Who could not handle it',
  'Storm-Dead-Reason': 'Why',
  'Storm-Dead-Deliveries': 'How often it was tried',
} as const;

const name = 'dead-letter';

/** What could not be handled, until someone sends it back. */
export const describeDeadLetters = (): Part => ({
  messages: {
    [name]: describeMessage(name, {
      title: 'A message as it was when it could not be handled',
      headers: {
        type: 'object',
        properties: Object.fromEntries(
          Object.entries(deadLetterHeaders).map(([header, description]) => [
            header,
            { type: 'string', description },
          ]),
        ),
      },
      payload: { description: 'Whatever it was; it may be malformed' },
      example: '{"conversationId":',
    }),
  },
  channels: {
    dead: describeChannel({
      address: 'dead.{stream}.{consumer}',
      title: 'Dead letters',
      server: 'bus',
      messages: [name],
      more: { 'x-stream': deadLetterStream.name },
    }),
  },
  operations: Object.fromEntries(
    (['message', 'media', 'notification'] as const).map((service) => [
      `${service}.park`,
      describeOperation({
        action: 'send',
        by: service,
        channel: 'dead',
        summary: 'Parks what it cannot handle, then takes it off its stream',
        messages: [name],
      }),
    ]),
  ),
});
