import {
  eventHeaders,
  eventSubject,
  type Message,
  type MessageId,
  messageStored,
  type SendMessage,
} from '@storm/contracts';
import { uuidv7 } from 'uuidv7';
import { problems } from '../problems.ts';
import type { MessageStore, StoreOutcome } from '../store/message-store.ts';
import type { CommandOutcome, OutgoingEvent } from './command.ts';
import { refused } from './outcomes.ts';

/**
 * Stores a batch of messages in one round trip and says what became of each.
 * A duplicate tells its event again: the first time may have ended between the commit and the event.
 */
export async function sendMessages(
  store: MessageStore,
  commands: readonly SendMessage[],
): Promise<CommandOutcome[]> {
  const outcomes = await store.storeMessages(
    commands.map((command) => ({ ...command, id: uuidv7() as MessageId })),
  );
  const recalled = await recall(store, commands, outcomes);
  return commands.map((command, index) => {
    const message = recalled.get(index);
    return message === undefined ? conclude(command, outcomes[index]) : asItStands(message);
  });
}

/** By index: messages that their retries no longer resemble, because they were edited or deleted since. */
async function recall(
  store: MessageStore,
  commands: readonly SendMessage[],
  outcomes: readonly StoreOutcome[],
): Promise<ReadonlyMap<number, Message>> {
  const indexes = outcomes.flatMap(({ status }, index) => (status === 'key-reused' ? [index] : []));
  if (indexes.length === 0) return new Map();
  const found = await store.recallSends(indexes.flatMap((index) => commands[index] ?? []));
  return new Map([...found].map(([position, message]) => [indexes[position] ?? -1, message]));
}

function asItStands(message: Message): CommandOutcome {
  const json = JSON.stringify(message);
  return {
    reply: Buffer.from(`{"message":${json},"duplicate":true}`),
    isProblem: false,
    events: [storedEvent(message, Buffer.from(json))],
  };
}

function conclude(command: SendMessage, outcome: StoreOutcome | undefined): CommandOutcome {
  if (outcome === undefined) throw new Error('the store lost a message of the batch');
  if (outcome.status === 'not-member') return refused(problems['conversation-not-found']());
  if (outcome.status === 'key-reused') return refused(problems['key-reused']());
  const { id, seq, storedAt } = outcome;
  const { conversationId, senderId, key, text, attachments } = command;
  const message: Message = { id, conversationId, seq, senderId, key, text, attachments, storedAt };
  const json = JSON.stringify(message);
  return {
    reply: Buffer.from(`{"message":${json},"duplicate":${outcome.status === 'duplicate'}}`),
    isProblem: false,
    events: [storedEvent(message, Buffer.from(json))],
  };
}

/** The event of a stored message; its id is the message's. */
export const storedEvent = (message: Message, data: Uint8Array): OutgoingEvent => ({
  subject: eventSubject(messageStored, message.conversationId),
  data,
  headers: eventHeaders(messageStored, message.id, message.storedAt),
});
