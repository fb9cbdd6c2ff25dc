import type { ConversationId, ConversationSummary, User } from '@storm/contracts';
import { useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { ConversationAvatar } from '../parts/conversation-avatar.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { OptionList } from '../parts/option-list.tsx';
import { PersonOption } from '../parts/person-option.tsx';
import { type Chat, startDirect } from '../state/chat.ts';
import { tellFault } from '../state/faults.ts';
import { usePeople } from '../state/find-people.ts';
import { focusComposerSoon } from '../state/focus-composer.ts';
import { go } from '../state/route.ts';
import { folded, titleOf } from '../text/names.ts';

type Found =
  | { readonly id: ConversationId; readonly summary: ConversationSummary; readonly title: string }
  | { readonly id: string; readonly user: User };

const maxShown = 12;

/** Ctrl/Cmd-K: to a conversation by its name, or to somebody new. */
export function Switcher({ chat, onClose }: { chat: Chat; onClose: () => void }) {
  const [typed, setTyped] = useState('');
  const { people } = usePeople(chat, typed);
  const wanted = folded(typed.trim());
  const conversations = chat.model.order.value.flatMap((id): Found[] => {
    const summary = chat.model.conversation(id).value;
    if (summary === undefined) return [];
    const title = titleOf(chat, summary);
    return folded(title).includes(wanted) ? [{ id, summary, title }] : [];
  });
  const peers = new Set(conversations.flatMap((one) => ('summary' in one ? [one.summary.peerId] : [])));
  const others = wanted === '' ? [] : people.filter(({ id }) => !peers.has(id));
  const options: Found[] = [
    ...conversations.slice(0, maxShown),
    ...others.slice(0, maxShown).map((user): Found => ({ id: user.id, user })),
  ];
  const choose = (found: Found): void => {
    onClose();
    if ('summary' in found) go(found.id);
    else startDirect(chat, found.user).then((id) => go(id), tellFault);
    focusComposerSoon();
  };
  return (
    <Dialog title={t.value.switchConversation} onClose={onClose} class="dialog-top" isTitleHidden>
      <OptionList
        label={t.value.switchConversation}
        placeholder={t.value.switcherPlaceholder}
        typed={typed}
        onType={setTyped}
        options={options}
        keyOf={({ id }) => id}
        onChoose={choose}
        empty={t.value.switcherEmpty}
        draw={(found) =>
          'summary' in found ? (
            <>
              <ConversationAvatar chat={chat} summary={found.summary} title={found.title} size={36} />
              <span class="option-text">{found.title}</span>
              {found.summary.unread > 0 && <span class="badge">{found.summary.unread}</span>}
            </>
          ) : (
            <PersonOption user={found.user} />
          )
        }
      />
    </Dialog>
  );
}
