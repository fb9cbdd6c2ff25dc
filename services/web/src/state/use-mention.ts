import type { ConversationId } from '@storm/contracts';
import { useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { namesOfAll } from '../text/mention-all.ts';
import { folded } from '../text/names.ts';
import type { Chat } from './chat.ts';

const maxSuggestions = 6;

export interface Suggestion {
  /** Of a person; null for everybody. */
  readonly userId: string | null;
  readonly username: string;
  readonly name: string;
}

interface Typed {
  /** Where the @ stands. */
  readonly start: number;
  readonly name: string;
}

export interface Mention {
  readonly suggestions: readonly Suggestion[];
  readonly chosen: number;
  /** The text or the caret is another. */
  look(place: HTMLTextAreaElement): void;
  close(): void;
  /** @returns whether the key meant something here */
  onKey(event: KeyboardEvent): boolean;
  complete(suggestion: Suggestion): void;
}

/** Who may be meant by the @ before the caret. */
export function useMention(
  chat: Chat,
  id: ConversationId,
  insert: (text: string, from: number) => void,
): Mention {
  const [typed, setTyped] = useState<Typed | null>(null);
  const [chosen, setChosen] = useState(0);
  const suggestions = typed === null ? [] : suggestionsFor(chat, id, typed.name);
  const close = (): void => setTyped(null);
  const complete = ({ username }: Suggestion): void => {
    if (typed === null) return;
    insert(`@${username} `, typed.start);
    close();
  };
  return {
    suggestions,
    chosen,
    close,
    complete,
    look(place) {
      setTyped(typedAt(place));
      setChosen(0);
    },
    onKey(event) {
      if (suggestions.length === 0) return false;
      const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
      if (by !== undefined) setChosen((chosen + by + suggestions.length) % suggestions.length);
      else if (event.key === 'Enter' || event.key === 'Tab') {
        const suggestion = suggestions[chosen];
        if (suggestion !== undefined) complete(suggestion);
      } else if (event.key === 'Escape') close();
      else return false;
      event.preventDefault();
      event.stopPropagation();
      return true;
    },
  };
}

function typedAt(place: HTMLTextAreaElement): Typed | null {
  const before = place.value.slice(0, place.selectionStart);
  const found = /(?:^|[\s(])@([\p{L}\p{N}._-]{0,32})$/u.exec(before);
  return found === null ? null : { start: before.length - (found[1]?.length ?? 0) - 1, name: found[1] ?? '' };
}

function suggestionsFor(chat: Chat, id: ConversationId, typed: string): readonly Suggestion[] {
  const wanted = folded(typed);
  const people = (chat.model.details(id).value?.members ?? []).flatMap(({ userId }): Suggestion[] => {
    const user = userId === chat.user.id ? undefined : chat.model.profile(userId).value;
    return user === undefined ? [] : [{ userId, username: user.username, name: user.displayName }];
  });
  const fits = ({ username, name }: Suggestion): boolean =>
    username.startsWith(wanted) ||
    folded(name)
      .split(/\s+/)
      .some((word) => word.startsWith(wanted));
  const isGroup = chat.model.conversation(id).value?.kind === 'group';
  const everybody = namesOfAll.map(
    (username): Suggestion => ({
      userId: null,
      username,
      name: username === 'all' ? t.value.mentionAll : t.value.mentionHere,
    }),
  );
  const all = isGroup ? everybody.filter(({ username }) => username.startsWith(wanted)) : [];
  return [...people.filter(fits).slice(0, maxSuggestions), ...all];
}
