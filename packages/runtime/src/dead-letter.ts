import type { JsMsg } from '@nats-io/jetstream';
import type { Publisher } from './publish.ts';

/** Headers that a dead letter carries: where it came from and why it was parked. */
export const deadLetterHeaders = {
  subject: 'Storm-Dead-Subject',
  stream: 'Storm-Dead-Stream',
  consumer: 'Storm-Dead-Consumer',
  reason: 'Storm-Dead-Reason',
  deliveries: 'Storm-Dead-Deliveries',
} as const;

/** Parks a message in the dead-letter stream under `dead.<stream>.<consumer>`; only then is it taken off its own. */
export async function parkDeadLetter(publisher: Publisher, message: JsMsg, reason: string): Promise<void> {
  const { stream, consumer, deliveryCount, streamSequence } = message.info;
  await publisher.publish(`dead.${stream}.${consumer}`, message.data, {
    'Nats-Msg-Id': `dead:${stream}:${consumer}:${streamSequence}:${message.info.timestampNanos}`,
    [deadLetterHeaders.subject]: message.subject,
    [deadLetterHeaders.stream]: stream,
    [deadLetterHeaders.consumer]: consumer,
    [deadLetterHeaders.reason]: reason.replaceAll(/[\r\n]+/g, ' ').slice(0, 500),
    [deadLetterHeaders.deliveries]: String(deliveryCount),
  });
  message.term(reason.slice(0, 200));
}
