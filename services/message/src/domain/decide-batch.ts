import { changeCommands } from '@storm/contracts';
import type { ChangeStore } from '../store/change-store.ts';
import type { ConversationStore } from '../store/conversation-store.ts';
import type { MessageStore } from '../store/message-store.ts';
import type { PostStore } from '../store/post-store.ts';
import type { ReceiptStore } from '../store/receipt-store.ts';
import { applyChanges } from './apply-changes.ts';
import type { ChangeCommand, CommandOutcome, ConversationCommand, PostCommand } from './command.ts';
import { createConversation } from './create-conversation.ts';
import { markDeliveredBatch } from './mark-delivered.ts';
import { markReadBatch } from './mark-read.ts';
import { sendMessages } from './send-messages.ts';

export interface Stores {
  messages: MessageStore;
  conversations: ConversationStore;
  changes: ChangeStore;
  posts: PostStore;
  receipts: ReceiptStore;
}

/**
 * Decides commands in the order in which they came; outcomes in the same order.
 * What does not touch who is in a conversation goes together: all sends in one round trip, then all reads (a watermark
 * behind a send that came after it is still right), then all changes in their order (a send gets its place whatever
 * happens to earlier messages). A change of members stands by itself, so that who joins or leaves in between is judged
 * as the order says.
 */
export async function decideBatch(
  stores: Stores,
  commands: readonly ConversationCommand[],
): Promise<CommandOutcome[]> {
  const outcomes = new Array<CommandOutcome>(commands.length);
  let from = 0;
  while (from < commands.length) {
    let to = from;
    while (to < commands.length && !changesMembers(commands[to])) to++;
    if (to > from) await decideRun(stores, commands, from, to, outcomes);
    const change = commands[to];
    if (change !== undefined) outcomes[to] = await decideMembers(stores, change);
    from = to + 1;
  }
  return outcomes;
}

const changesMembers = (command: ConversationCommand | undefined): boolean =>
  command?.verb === 'create-conversation' ||
  command?.verb === 'add-members' ||
  command?.verb === 'remove-member';

const changeVerbs = new Set<string>(changeCommands.map(({ verb }) => verb));
const isChange = (command: ConversationCommand): command is ChangeCommand => changeVerbs.has(command.verb);

type Of<V extends ConversationCommand['verb']> = Extract<ConversationCommand, { verb: V }>;

async function decideRun(
  stores: Stores,
  commands: readonly ConversationCommand[],
  from: number,
  to: number,
  outcomes: CommandOutcome[],
): Promise<void> {
  const sends: { index: number; command: PostCommand }[] = [];
  const reads: { index: number; command: Of<'mark-read'> }[] = [];
  const deliveries: { index: number; command: Of<'mark-delivered'> }[] = [];
  const changes: { index: number; command: ChangeCommand }[] = [];
  for (let index = from; index < to; index++) {
    const command = commands[index];
    if (command === undefined) continue;
    if (command.verb === 'send-message' || command.verb === 'forward-message') {
      sends.push({ index, command });
    } else if (command.verb === 'mark-read') reads.push({ index, command });
    else if (command.verb === 'mark-delivered') deliveries.push({ index, command });
    else if (isChange(command)) changes.push({ index, command });
  }
  const place = (batch: readonly { index: number }[], decided: readonly CommandOutcome[]): void => {
    for (const [position, outcome] of decided.entries()) outcomes[batch[position]?.index ?? -1] = outcome;
  };
  const data = <T>(batch: readonly { command: { data: T } }[]): T[] => batch.map((one) => one.command.data);
  const whole = <T>(batch: readonly { command: T }[]): T[] => batch.map((one) => one.command);
  if (sends.length > 0) place(sends, await sendMessages(stores, whole(sends)));
  if (reads.length > 0) place(reads, await markReadBatch(stores.messages, data(reads)));
  if (deliveries.length > 0) place(deliveries, await markDeliveredBatch(stores.receipts, data(deliveries)));
  if (changes.length > 0) place(changes, await applyChanges(stores, whole(changes)));
}

async function decideMembers(stores: Stores, command: ConversationCommand): Promise<CommandOutcome> {
  if (command.verb === 'create-conversation') {
    return createConversation(stores.conversations, command.data);
  }
  if (!isChange(command)) throw new Error(`does not change members: ${command.verb}`);
  const [outcome] = await applyChanges(stores, [command]);
  if (outcome === undefined) throw new Error('the change has no outcome');
  return outcome;
}
