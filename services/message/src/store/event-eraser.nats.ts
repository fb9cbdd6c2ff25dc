import { DeliverPolicy, type JsMsg, jetstream, jetstreamManager } from '@nats-io/jetstream';
import {
  eventStream,
  eventSubject,
  type Message,
  messageChanged,
  messageStored,
  splitLines,
} from '@storm/contracts';
import type { Bus } from '@storm/runtime';
import { toldWithout } from '../domain/stored-message.ts';
import type { TellingLine } from './teller.ts';

const readAtOnce = 500;
/** The database's clock may be ahead of the stream's by so much. */
const clockMarginMs = 60_000;

/**
 * Takes what a deleted message said out of the event stream: nobody who reads it later, a new member with an old cursor
 * among them, finds more than the tombstone. Reads the conversation's events since the message was stored, which is a
 * second for 50,000 of them; whoever deletes has been answered already. What was told beside it is told again first: who reads
 * the stream at this moment misses nothing.
 */
export const createEventEraser =
  (bus: Bus, line: TellingLine) =>
  async (message: Message): Promise<void> => {
    const { connection } = bus;
    const manager = await jetstreamManager(connection, { checkAPI: false });
    const since = new Date(message.storedAt).getTime() - clockMarginMs;
    const consumer = await jetstream(connection, { checkAPI: false }).consumers.get(eventStream.name, {
      filter_subjects: [messageStored, messageChanged].map((one) =>
        eventSubject(one, message.conversationId),
      ),
      deliver_policy: DeliverPolicy.StartTime,
      opt_start_time: new Date(since).toISOString(),
    });
    let { num_pending: left } = await consumer.info();
    while (left > 0) {
      let read = 0;
      for await (const event of await consumer.fetch({
        max_messages: Math.min(left, readAtOnce),
        expires: 5_000,
      })) {
        read++;
        left = event.info.pending;
        const others = tellsBeside(event, message);
        if (others === null) continue;
        if (others.length > 0) await tellOthers(line, event, message, others);
        await manager.streams.deleteMessage(eventStream.name, event.seq, true);
      }
      if (read === 0) throw new Error('the event stream was silent');
    }
  };

/** Whether an event says what the message said before it was deleted: null if not, else what it says of others. */
function tellsBeside(event: JsMsg, { id }: Message): string[] | null {
  if (!Buffer.from(event.data).includes(id)) return null;
  const documents = splitLines(event.data).map((line) => Buffer.from(line).toString());
  const others = documents.filter((document) => {
    const data = JSON.parse(document) as Message | { message: Message };
    const told = 'message' in data ? data.message : data;
    return told.id !== id || told.deletedAt !== undefined;
  });
  return others.length === documents.length ? null : others;
}

function tellOthers(
  line: TellingLine,
  event: JsMsg,
  message: Message,
  others: readonly string[],
): Promise<void> {
  const { headers } = event;
  const time = headers?.get('ce-time') ?? message.storedAt;
  const again = toldWithout(message, others, headers?.get('ce-id') ?? '', time);
  return new Promise((told) => line.tell([{ events: [again], told }]));
}
