import { Users } from 'lucide-preact';
import { t } from '../i18n/t.ts';
import { Avatar } from '../parts/avatar.tsx';
import type { Mention } from '../state/use-mention.ts';

export const mentionListId = 'mention-list';
export const mentionIdOf = (index: number): string => `mention-${index}`;

export function MentionList({ mention }: { mention: Mention }) {
  const { suggestions, chosen, complete } = mention;
  if (suggestions.length === 0) return null;
  return (
    <div class="suggestions" role="listbox" id={mentionListId} aria-label={t.value.mentionSuggestions}>
      {suggestions.map((suggestion, index) => (
        // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the field keeps the focus.
        <div
          key={suggestion.username}
          id={mentionIdOf(index)}
          role="option"
          class="suggestion"
          aria-selected={index === chosen}
          onPointerDown={(event) => event.preventDefault()}
          onClick={() => complete(suggestion)}
        >
          {suggestion.userId === null ? (
            <Users size={24} aria-hidden="true" />
          ) : (
            <Avatar id={suggestion.userId} name={suggestion.name} size={24} />
          )}
          <span>{suggestion.name}</span>
          <span class="muted">@{suggestion.username}</span>
        </div>
      ))}
    </div>
  );
}
