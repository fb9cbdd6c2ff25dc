import type { ForwardMessage, MessageId, SendMessage } from '@storm/contracts';
import { problems } from '../problems.ts';
import type { ForwardFound, Post, PostStore } from '../store/post-store.ts';
import type { CommandOutcome, PostCommand } from './command.ts';
import { newMessageId } from './new-message-id.ts';
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
    const id = newMessageId();
    if (command.verb === 'send-message') return prepareSend(command.data, id);
    return prepareForward(command.data, id, found[position++]);
  });
}

/** Field by field: a spread of what `JSON.parse` made is an object that costs a kilobyte and a half. */
function prepareSend(
  { conversationId, senderId, key, text, attachments, replyTo }: SendMessage,
  id: MessageId,
): Post {
  const post: Post = { id, conversationId, senderId, key, text, attachments };
  if (replyTo !== undefined) post.replyTo = replyTo;
  return post;
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
