import { eventHeaders, eventSubject, type Message, messageStored } from '@storm/contracts';
import type { CommandOutcome, OutgoingEvent } from './command.ts';

/** The event of a stored message; its id is the message's. */
export const storedEvent = (message: Message, data: Uint8Array): OutgoingEvent => ({
  subject: eventSubject(messageStored, message.conversationId),
  data,
  headers: eventHeaders(messageStored, message.id, message.storedAt),
});

/** A message that was stored before, as it stands now. */
export function asItStands(message: Message): CommandOutcome {
  const json = JSON.stringify(message);
  return {
    reply: `{"message":${json},"duplicate":true}`,
    isProblem: false,
    events: [storedEvent(message, Buffer.from(json))],
  };
}
