import type { Message } from '@storm/contracts';
import { t } from '../i18n/t.ts';
import { react } from '../state/change-message.ts';
import type { Chat } from '../state/chat.ts';
import { tellFault } from '../state/faults.ts';
import { personName } from '../text/names.ts';

/** Under a message: each emoji with its count; a press adds one's own or takes it away. */
export function Reactions({ chat, message }: { chat: Chat; message: Message }) {
  const { reactions = [] } = message;
  if (reactions.length === 0) return null;
  return (
    <div class="reactions">
      {reactions.map(({ emoji, userIds }) => {
        const names = userIds
          .slice(0, 8)
          .map((id) => (id === chat.user.id ? t.value.you : personName(chat, id)));
        const label = t.value.reactionBy(emoji, names.join(', '));
        return (
          <button
            key={emoji}
            type="button"
            class="reaction"
            aria-pressed={userIds.includes(chat.user.id)}
            aria-label={label}
            title={label}
            onClick={() => react(chat, message, emoji).catch(tellFault)}
          >
            <span aria-hidden="true">{emoji}</span>
            <span class="reaction-count">{userIds.length}</span>
          </button>
        );
      })}
    </div>
  );
}
