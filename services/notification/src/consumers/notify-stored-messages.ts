import type { JsMsg } from '@nats-io/jetstream';
import { type Message, messageStored, readable, splitLines } from '@storm/contracts';
import { createValidator, runtimeProblems } from '@storm/runtime';

// A message service of a later version may say more: that is skipped, not parked.
const validate = createValidator(readable(messageStored.data));

/** A batch of `message-stored` events for the domain. */
export const notifyStoredMessages = (notify: (messages: readonly Message[]) => Promise<void>) => ({
  event: messageStored,
  handle: (batch: readonly JsMsg[]): Promise<void> => notify(batch.flatMap(decode)),
});

const decode = (message: JsMsg): Message[] => splitLines(message.data).map(decodeLine);

function decodeLine(line: Uint8Array): Message {
  let value: unknown;
  try {
    value = JSON.parse(Buffer.from(line.buffer, line.byteOffset, line.byteLength).toString());
  } catch (cause) {
    throw runtimeProblems['invalid-request']({ detail: 'not JSON', cause });
  }
  return validate(value);
}
