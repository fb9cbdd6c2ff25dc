import { eventHeaders, eventSubject, type Message, messageStored } from '@storm/contracts';
import type { CommandOutcome, OutgoingEvent } from './command.ts';

/** The event of a stored message; its id is the message's. */
export const storedEvent = (message: Message, data: Uint8Array): OutgoingEvent => ({
  subject: eventSubject(messageStored, message.conversationId),
  data,
  headers: eventHeaders(messageStored, message.id, message.storedAt),
});

/** The answer to whoever waits, in JSON. `json` is the message's, for who cannot know it. */
export function placed({ id, seq, storedAt }: Message, isDuplicate: boolean, json: string | null): string {
  const place = `{"id":"${id}","seq":${seq},"storedAt":"${storedAt}","duplicate":${isDuplicate}`;
  return json === null ? `${place}}` : `${place},"message":${json}}`;
}

/** A message that was stored before, as it stands now. */
export function asItStands(message: Message): CommandOutcome {
  const json = JSON.stringify(message);
  return {
    reply: placed(message, true, json),
    isProblem: false,
    events: [storedEvent(message, Buffer.from(json))],
  };
}
