import type { JsMsg } from '@nats-io/jetstream';
import { type Message, messageStored, readable, splitLines } from '@storm/contracts';
import { createValidator } from '@storm/runtime';
import { readDocument } from './read-document.ts';

// A message service of a later version may say more: that is skipped, not parked.
const validate = createValidator(readable(messageStored.data));

/** A batch of `message-stored` events for the domain. */
export const notifyStoredMessages = (notify: (messages: readonly Message[]) => Promise<void>) => ({
  event: messageStored,
  handle: (batch: readonly JsMsg[]): Promise<void> => notify(batch.flatMap(decode)),
});

const decode = (message: JsMsg): Message[] =>
  splitLines(message.data).map((line) => validate(readDocument(line)));
