import type { JsMsg } from '@nats-io/jetstream';
import { type EventData, messageChanged, readable } from '@storm/contracts';
import { createValidator, runtimeProblems } from '@storm/runtime';

const validate = createValidator(readable(messageChanged.data));

/** A batch of `message-changed` events for the domain. */
export const rewritePreviews = (
  rewrite: (changes: readonly EventData<typeof messageChanged>[]) => Promise<void>,
) => ({
  event: messageChanged,
  handle: (batch: readonly JsMsg[]): Promise<void> => rewrite(batch.map(decode)),
});

function decode(message: JsMsg): EventData<typeof messageChanged> {
  let value: unknown;
  try {
    value = message.json();
  } catch (cause) {
    throw runtimeProblems['invalid-request']({ detail: 'not JSON', cause });
  }
  return validate(value);
}
