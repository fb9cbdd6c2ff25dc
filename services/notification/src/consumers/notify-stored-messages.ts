import type { JsMsg } from '@nats-io/jetstream';
import { type Message, messageStored, readable } from '@storm/contracts';
import { createValidator, runtimeProblems } from '@storm/runtime';

// A message service of a later version may say more: that is skipped, not parked.
const validate = createValidator(readable(messageStored.data));

/** A batch of `message-stored` events for the domain. */
export const notifyStoredMessages = (notify: (messages: readonly Message[]) => Promise<void>) => ({
  event: messageStored,
  handle: (batch: readonly JsMsg[]): Promise<void> => notify(batch.map(decode)),
});

function decode(message: JsMsg): Message {
  let value: unknown;
  try {
    value = message.json();
  } catch (cause) {
    throw runtimeProblems['invalid-request']({ detail: 'not JSON', cause });
  }
  return validate(value);
}
