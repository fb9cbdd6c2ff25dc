import { type Signal, signal } from '@preact/signals';
import type { ConversationId, UserId } from '@storm/contracts';
import { type Draft, draftIdOf, openDatabase } from '../store/database.ts';
import { tellFault } from './faults.ts';

/** What was typed and not sent, by conversation, kept as it is typed. */
export interface Drafts {
  of(id: ConversationId): Signal<Draft>;
  change(id: ConversationId, change: Partial<Pick<Draft, 'text' | 'files'>>): void;
  /** Empties the field for a message whose place in the store takes that of its draft. @returns what was in it */
  take(id: ConversationId): Draft;
  /** Before what was typed since. */
  giveBack(draft: Draft): void;
  load(): Promise<void>;
  /** Another tab has written: what is in the store stands here too, but for what is being typed at this moment. */
  reread(): Promise<void>;
}

const saveAfterMs = 200;

/** @param announce tells the other tabs that the store has changed */
export function createDrafts(userId: UserId, announce: () => void): Drafts {
  const drafts = new Map<ConversationId, Signal<Draft>>();
  const timers = new Map<ConversationId, ReturnType<typeof setTimeout>>();

  const empty = (conversationId: ConversationId): Draft => ({
    id: draftIdOf(userId, conversationId),
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
    announce();
  }
  const saveAll = (): void => {
    for (const id of timers.keys()) save(id).catch(tellFault);
  };
  addEventListener('pagehide', saveAll);
  document.addEventListener('visibilitychange', saveAll);

  const change: Drafts['change'] = (id, part) => {
    const draft = of(id);
    draft.value = { ...draft.peek(), ...part };
    // So long after the first letter that is not kept yet, not after the last: who types on and on is kept too.
    if (!timers.has(id))
      timers.set(
        id,
        setTimeout(() => save(id).catch(tellFault), saveAfterMs),
      );
  };
  const giveBack: Drafts['giveBack'] = (draft) => {
    const id = draft.conversationId as ConversationId;
    const { text, files } = of(id).peek();
    const both = [draft.text, text].filter((one) => one !== '').join('\n');
    change(id, { text: both, files: [...draft.files, ...files] });
  };

  return {
    of,
    change,
    giveBack,
    take(id) {
      const draft = of(id);
      const taken = draft.peek();
      clearTimeout(timers.get(id));
      timers.delete(id);
      draft.value = empty(id);
      return taken;
    },
    async load() {
      const database = await openDatabase();
      for (const draft of await database.getAllFromIndex('drafts', 'userId', userId)) {
        const here = of(draft.conversationId as ConversationId);
        // Somebody may have begun to type before it was read.
        if (here.peek().text === '' && here.peek().files.length === 0) here.value = draft;
        else giveBack(draft);
      }
    },
    async reread() {
      const database = await openDatabase();
      const all = await database.getAllFromIndex('drafts', 'userId', userId);
      const stored = new Map(all.map((draft) => [draft.conversationId, draft]));
      for (const id of new Set([...drafts.keys(), ...stored.keys()] as ConversationId[])) {
        const draft = stored.get(id) ?? empty(id);
        if (!timers.has(id) && !isSame(of(id).peek(), draft)) of(id).value = draft;
      }
    },
  };
}

const isSame = (one: Draft, other: Draft): boolean =>
  one.text === other.text &&
  one.files.length === other.files.length &&
  one.files.every(
    ({ name, size }, index) => name === other.files[index]?.name && size === other.files[index]?.size,
  );
