import type { ForwardMessage, MessageId } from '@storm/contracts';
import { uuidv7 } from 'uuidv7';
import { problems } from '../problems.ts';
import type { ForwardFound, Post, PostStore } from '../store/post-store.ts';
import type { CommandOutcome, PostCommand } from './command.ts';
import { refused } from './outcomes.ts';
import { asItStands } from './stored-message.ts';

/**
 * What is to be stored of a batch, and what is decided without: a copy of what its sender cannot read, and a copy that
 * its key has stored before, whatever became of its source since.
 */
export async function preparePosts(
  store: PostStore,
  commands: readonly PostCommand[],
): Promise<(Post | CommandOutcome)[]> {
  const forwards = commands.filter(({ verb }) => verb === 'forward-message');
  const found =
    forwards.length === 0 ? [] : await store.findForwards(forwards.map(({ data }) => data as ForwardMessage));
  let position = 0;
  return commands.map((command) => {
    const id = uuidv7() as MessageId;
    if (command.verb === 'send-message') return { ...command.data, id };
    return prepareForward(command.data, id, found[position++]);
  });
}

function prepareForward(
  { conversationId, senderId, key, from }: ForwardMessage,
  id: MessageId,
  found: ForwardFound | undefined,
): Post | CommandOutcome {
  if (found === undefined) throw new Error('the store lost a forward of the batch');
  if (found.stored !== null) return asItStands(found.stored);
  if (found.source === null) return refused(problems['message-not-found']());
  return { id, conversationId, senderId, key, from, ...found.source };
}
