import { effect } from '@preact/signals';
import type { LocalModel } from '@storm/client/model';
import type { ConversationId, User, UserId } from '@storm/contracts';
import { keepList, keepTimeline, recallList, recallTimelines } from '../store/cached-state.idb.ts';
import { route } from './route.ts';

const maxConversations = 200;
const maxMessages = 60;
const saveAfterMs = 1_000;
const restAfterMs = 1_000;

/** Shows what was there the last time, then keeps what is there for the next. @returns what ends it */
export function remember(model: LocalModel, onFault: (error: unknown) => void): () => void {
  const { selfId } = model;
  const timers = new Map<string, ReturnType<typeof setTimeout>>();
  /** The first of many changes in a moment sets the time; what stands then is kept. */
  const soon = (what: string, save: () => Promise<void>): void => {
    if (timers.has(what)) return;
    const act = (): void => {
      timers.delete(what);
      save().catch(onFault);
    };
    timers.set(what, setTimeout(act, saveAfterMs));
  };
  const usersOf = (ids: Iterable<UserId>): User[] =>
    [...new Set(ids)].flatMap((id) => model.profile(id).peek() ?? []);

  const saveList = async (): Promise<void> => {
    const ids = model.order.peek().slice(0, maxConversations);
    const conversations = ids.flatMap((id) => model.conversation(id).peek() ?? []);
    const shown = conversations.flatMap(({ peerId, lastMessage }) => [
      ...(peerId === null ? [] : [peerId]),
      ...(lastMessage === null ? [] : [lastMessage.senderId]),
    ]);
    await keepList(selfId, conversations, usersOf(shown));
  };
  const saveTimeline = async (id: ConversationId): Promise<void> => {
    const { phase, hasNewer, messages } = model.timeline(id).state.peek();
    if (phase !== 'ready' || hasNewer) return;
    const newest = messages.slice(-maxMessages);
    await keepTimeline(selfId, id, newest, usersOf(newest.map(({ senderId }) => senderId)));
  };

  const offs = [
    effect(() => {
      if (!model.isReady.value) return;
      for (const id of model.order.value.slice(0, maxConversations)) model.conversation(id).value;
      soon('list', saveList);
    }),
    effect(() => {
      const { conversationId } = route.value;
      if (conversationId === null || model.timeline(conversationId).state.value.phase !== 'ready') return;
      soon(conversationId, () => saveTimeline(conversationId));
    }),
  ];

  const recall = async (): Promise<void> => {
    const list = await recallList(selfId, route.peek().conversationId);
    if (list === undefined) return;
    model.recall(list);
    await new Promise((resolve) => setTimeout(resolve, restAfterMs));
    model.recall(await recallTimelines(selfId));
  };
  recall().catch(onFault);
  return () => {
    for (const off of offs) off();
    for (const timer of timers.values()) clearTimeout(timer);
  };
}
