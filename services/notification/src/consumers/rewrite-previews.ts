import type { JsMsg } from '@nats-io/jetstream';
import { type EventData, messageChanged, readable } from '@storm/contracts';
import { createValidator } from '@storm/runtime';
import { readDocument } from './read-document.ts';

const validate = createValidator(readable(messageChanged.data));

/** A batch of `message-changed` events for the domain. */
export const rewritePreviews = (
  rewrite: (changes: readonly EventData<typeof messageChanged>[]) => Promise<void>,
) => ({
  event: messageChanged,
  handle: (batch: readonly JsMsg[]): Promise<void> => rewrite(batch.map(decode)),
});

const decode = (message: JsMsg): EventData<typeof messageChanged> => validate(readDocument(message.data));
