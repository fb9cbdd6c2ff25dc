import {
  againHeader,
  eventHeaders,
  eventSubject,
  joinLines,
  type Message,
  maxBytesToldTogether,
  maxMessagesTold,
  messageStored,
} from '@storm/contracts';
import type { CommandOutcome, OutgoingEvent } from './command.ts';

/**
 * The events of messages of one conversation that were stored together, in their order. Whoever tells them again must
 * have all of them, or the ids, under which the stream drops a repeat, are others.
 * @param documents the messages in JSON, where they are at hand
 */
export function storedEvents(
  messages: readonly Message[],
  documents: readonly string[] = messages.map((message) => JSON.stringify(message)),
): OutgoingEvent[] {
  const events: OutgoingEvent[] = [];
  for (let from = 0; from < messages.length; from += maxMessagesTold) {
    const some = messages.slice(from, from + maxMessagesTold);
    const lines = documents.slice(from, from + maxMessagesTold);
    const data = joinLines(lines);
    if (data.length <= maxBytesToldTogether) events.push(toldTogether(some, data));
    else events.push(...some.map((one, index) => toldTogether([one], joinLines([lines[index] ?? '']))));
  }
  return events;
}

/** An event is known by its first message and by how many it tells. */
function toldTogether(messages: readonly Message[], data: Uint8Array): OutgoingEvent {
  const [first] = messages;
  if (first === undefined) throw new Error('an event tells one message at least');
  const id = messages.length === 1 ? first.id : `${first.id}+${messages.length - 1}`;
  return {
    subject: eventSubject(messageStored, first.conversationId),
    data,
    headers: eventHeaders(messageStored, id, first.storedAt),
  };
}

/** What is left of the event `id` once one of its messages must be forgotten. @param documents of the others */
export const toldWithout = (
  gone: Message,
  documents: readonly string[],
  id: string,
  time: string,
): OutgoingEvent => ({
  subject: eventSubject(messageStored, gone.conversationId),
  data: joinLines(documents),
  headers: { ...eventHeaders(messageStored, `${id}-${gone.id}`, time), [againHeader]: '1' },
});

/** The answer to whoever waits, in JSON. `json` is the message's, for who cannot know it. */
export function placed({ id, seq, storedAt }: Message, isDuplicate: boolean, json: string | null): string {
  const place = `{"id":"${id}","seq":${seq},"storedAt":"${storedAt}","duplicate":${isDuplicate}`;
  return json === null ? `${place}}` : `${place},"message":${json}}`;
}

/** A message that was stored before, as it stands now. */
export const asItStands = (message: Message): CommandOutcome => ({
  reply: placed(message, true, JSON.stringify(message)),
  isProblem: false,
  events: [],
  repeats: message,
});
