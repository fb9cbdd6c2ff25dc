import { type Signal, signal } from '@preact/signals';
import type { ConversationId, UserId } from '@storm/contracts';
import { type Draft, openDatabase } from '../store/database.ts';
import { tellFault } from './faults.ts';

/** What was typed and not sent, by conversation, kept as it is typed. */
export interface Drafts {
  of(id: ConversationId): Signal<Draft>;
  change(id: ConversationId, change: Partial<Pick<Draft, 'text' | 'files'>>): void;
  load(): Promise<void>;
}

const saveAfterMs = 200;

export function createDrafts(userId: UserId): Drafts {
  const drafts = new Map<ConversationId, Signal<Draft>>();
  const timers = new Map<ConversationId, ReturnType<typeof setTimeout>>();

  const empty = (conversationId: ConversationId): Draft => ({
    id: `${userId} ${conversationId}`,
    userId,
    conversationId,
    text: '',
    files: [],
  });
  const of = (id: ConversationId): Signal<Draft> => {
    const found = drafts.get(id) ?? signal(empty(id));
    drafts.set(id, found);
    return found;
  };
  async function save(id: ConversationId): Promise<void> {
    clearTimeout(timers.get(id));
    timers.delete(id);
    const draft = of(id).peek();
    const database = await openDatabase();
    if (draft.text === '' && draft.files.length === 0) await database.delete('drafts', draft.id);
    else await database.put('drafts', draft);
  }
  const saveAll = (): void => {
    for (const id of timers.keys()) save(id).catch(tellFault);
  };
  addEventListener('pagehide', saveAll);
  document.addEventListener('visibilitychange', saveAll);

  return {
    of,
    change(id, change) {
      const draft = of(id);
      draft.value = { ...draft.peek(), ...change };
      clearTimeout(timers.get(id));
      // An emptied field was sent or cleared: that must not come back.
      const isNow = draft.value.text === '';
      timers.set(
        id,
        setTimeout(() => save(id).catch(tellFault), isNow ? 0 : saveAfterMs),
      );
    },
    async load() {
      const database = await openDatabase();
      for (const draft of await database.getAllFromIndex('drafts', 'userId', userId)) {
        const here = of(draft.conversationId as ConversationId);
        if (here.peek().text === '' && here.peek().files.length === 0) here.value = draft;
      }
    },
  };
}
