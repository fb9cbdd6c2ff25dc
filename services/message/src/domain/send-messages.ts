import type { Message } from '@storm/contracts';
import { problems } from '../problems.ts';
import type { MessageStore, StoreOutcome } from '../store/message-store.ts';
import type { Post, PostStore } from '../store/post-store.ts';
import type { CommandOutcome, PostCommand } from './command.ts';
import { refused } from './outcomes.ts';
import { preparePosts } from './prepare-posts.ts';
import { asItStands, placed, storedEvents } from './stored-message.ts';

export interface PostStores {
  readonly messages: MessageStore;
  readonly posts: PostStore;
}

/**
 * Stores a batch of messages in one round trip and says what became of each. Where some reply or are copies they all
 * take the way that notes it; plain sends alone take the plain one.
 * A duplicate tells its event again: the first time may have ended between the commit and the event.
 */
export async function sendMessages(
  stores: PostStores,
  commands: readonly PostCommand[],
): Promise<CommandOutcome[]> {
  const prepared = await preparePosts(stores.posts, commands);
  const posts = prepared.filter((one): one is Post => 'key' in one);
  const outcomes = await store(stores, posts);
  const recalled = await recall(stores.messages, posts, outcomes);
  const fresh = new Map<string, Stored[]>();
  let position = 0;
  const decided = prepared.map((one) => {
    if ('reply' in one) return one;
    const at = position++;
    const message = recalled.get(at);
    return message === undefined ? conclude(one, outcomes[at], fresh) : asItStands(message);
  });
  for (const together of fresh.values()) shareEvents(together);
  await tellAgain(stores.messages, decided);
  return decided;
}

function store({ messages, posts }: PostStores, batch: readonly Post[]): Promise<StoreOutcome[]> {
  if (batch.length === 0) return Promise.resolve([]);
  const isPlain = batch.every((one) => one.replyTo === undefined && one.forwarded === undefined);
  return isPlain ? messages.storeMessages(batch) : posts.storePosts(batch);
}

/** By index: messages that their retries no longer resemble, because they were edited or deleted since. */
async function recall(
  store: MessageStore,
  posts: readonly Post[],
  outcomes: readonly StoreOutcome[],
): Promise<ReadonlyMap<number, Message>> {
  const indexes = outcomes.flatMap(({ status }, index) => (status === 'key-reused' ? [index] : []));
  if (indexes.length === 0) return new Map();
  const found = await store.recallSends(indexes.flatMap((index) => posts[index] ?? []));
  return new Map([...found].map(([position, message]) => [indexes[position] ?? -1, message]));
}

/** A message of this batch, and its outcome, which does not have its event yet. */
interface Stored {
  readonly message: Message;
  readonly json: string;
  readonly outcome: CommandOutcome;
}

/** @param fresh by conversation: what is stored now is added */
function conclude(
  post: Post,
  outcome: StoreOutcome | undefined,
  fresh: Map<string, Stored[]>,
): CommandOutcome {
  if (outcome === undefined) throw new Error('the store lost a message of the batch');
  if (outcome.status === 'not-member') return refused(problems['conversation-not-found']());
  if (outcome.status === 'key-reused') return refused(problems['key-reused']());
  if (outcome.status === 'no-such-reply') return refused(problems['message-not-found']());
  const { id, seq, storedAt } = outcome;
  const { conversationId, senderId, key, text, attachments, replyTo, forwarded } = post;
  const message: Message = { id, conversationId, seq, senderId, key, text, attachments, storedAt };
  if (replyTo !== undefined) message.replyTo = replyTo;
  if (forwarded !== undefined) message.forwarded = forwarded;
  const json = JSON.stringify(message);
  const isFresh = outcome.status === 'stored';
  // Whoever sent it knows the rest; of what was forwarded nobody but us does.
  const reply = placed(message, !isFresh, forwarded === undefined ? null : json);
  if (!isFresh) return { reply, isProblem: false, events: [], repeats: message };
  const concluded = { reply, isProblem: false, events: [], isFresh };
  const together = fresh.get(conversationId);
  if (together === undefined) fresh.set(conversationId, [{ message, json, outcome: concluded }]);
  else together.push({ message, json, outcome: concluded });
  return concluded;
}

/** Messages of one conversation that were stored together are told together: one event for all of their outcomes. */
function shareEvents(together: readonly Stored[]): void {
  const events = storedEvents(
    together.map(({ message }) => message),
    together.map(({ json }) => json),
  );
  for (const { outcome } of together) outcome.events = events;
}

/** Gives what was stored before the events that it had then, with all that was stored beside it. */
async function tellAgain(store: MessageStore, decided: readonly CommandOutcome[]): Promise<void> {
  const repeats = decided.flatMap((outcome) =>
    outcome.repeats === undefined ? [] : [{ outcome, message: outcome.repeats }],
  );
  if (repeats.length === 0) return;
  const groups = await store.listStoredTogether(repeats.map(({ message }) => message));
  const eventsOf = new Map<string, CommandOutcome['events']>();
  for (const group of groups) {
    const events = storedEvents(group);
    for (const { id } of group) eventsOf.set(id, events);
  }
  for (const { outcome, message } of repeats) {
    const events = eventsOf.get(message.id);
    if (events === undefined) throw new Error('a message that was stored before is not there');
    outcome.events = events;
  }
}
