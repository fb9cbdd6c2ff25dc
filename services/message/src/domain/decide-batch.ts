import type { MarkRead, SendMessage } from '@storm/contracts';
import type { ConversationStore } from '../store/conversation-store.ts';
import type { MessageStore } from '../store/message-store.ts';
import { addMembers, createConversation, removeMember } from './change-conversation.ts';
import type { CommandOutcome, ConversationCommand } from './command.ts';
import { markReadBatch } from './mark-read.ts';
import { sendMessages } from './send-messages.ts';

export interface Stores {
  messages: MessageStore;
  conversations: ConversationStore;
}

/**
 * Decides commands in the order in which they came; outcomes in the same order.
 * Sends and reads between two changes of a conversation go together, all sends in one round trip and then all reads
 * (a watermark behind a send that came after it is still right); a change stands by itself, so that who joins or
 * leaves in between is judged as the order says.
 */
export async function decideBatch(
  stores: Stores,
  commands: readonly ConversationCommand[],
): Promise<CommandOutcome[]> {
  const outcomes = new Array<CommandOutcome>(commands.length);
  let from = 0;
  while (from < commands.length) {
    let to = from;
    while (to < commands.length && isBatchable(commands[to])) to++;
    if (to > from) await decideRun(stores, commands, from, to, outcomes);
    const change = commands[to];
    if (change !== undefined) outcomes[to] = await decideChange(stores.conversations, change);
    from = to + 1;
  }
  return outcomes;
}

const isBatchable = (command: ConversationCommand | undefined): boolean =>
  command?.verb === 'send-message' || command?.verb === 'mark-read';

async function decideRun(
  { messages }: Stores,
  commands: readonly ConversationCommand[],
  from: number,
  to: number,
  outcomes: CommandOutcome[],
): Promise<void> {
  const sends: { index: number; data: SendMessage }[] = [];
  const reads: { index: number; data: MarkRead }[] = [];
  for (let index = from; index < to; index++) {
    const command = commands[index];
    if (command?.verb === 'send-message') sends.push({ index, data: command.data });
    if (command?.verb === 'mark-read') reads.push({ index, data: command.data });
  }
  const place = (batch: readonly { index: number }[], decided: readonly CommandOutcome[]): void => {
    for (const [position, outcome] of decided.entries()) outcomes[batch[position]?.index ?? -1] = outcome;
  };
  const data = <T>(batch: readonly { data: T }[]): T[] => batch.map((one) => one.data);
  if (sends.length > 0) place(sends, await sendMessages(messages, data(sends)));
  if (reads.length > 0) place(reads, await markReadBatch(messages, data(reads)));
}

function decideChange(store: ConversationStore, command: ConversationCommand): Promise<CommandOutcome> {
  switch (command.verb) {
    case 'create-conversation':
      return createConversation(store, command.data);
    case 'add-members':
      return addMembers(store, command.data);
    case 'remove-member':
      return removeMember(store, command.data, command.id);
    default:
      throw new Error(`not a change: ${command.verb}`);
  }
}
