import { retry } from '@storm/client';
import type { ConversationId, Message } from '@storm/contracts';
import { useRef, useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { ConversationAvatar } from '../parts/conversation-avatar.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { OptionList } from '../parts/option-list.tsx';
import type { Chat } from '../state/chat.ts';
import { tellFault } from '../state/faults.ts';
import { newKey } from '../state/new-key.ts';
import { go } from '../state/route.ts';
import { folded, titleOf } from '../text/names.ts';

/** Where a copy of a message goes. */
export function ForwardDialog({
  chat,
  message,
  onClose,
}: {
  chat: Chat;
  message: Message;
  onClose: () => void;
}) {
  const [typed, setTyped] = useState('');
  const key = useRef(newKey());
  const wanted = folded(typed.trim());
  const options = chat.model.order.value.flatMap((id) => {
    const summary = chat.model.conversation(id).value;
    if (summary === undefined) return [];
    const title = titleOf(chat, summary);
    return folded(title).includes(wanted) ? [{ id, summary, title }] : [];
  });
  async function forward(to: ConversationId): Promise<void> {
    const from = { conversationId: message.conversationId, seq: message.seq };
    const input = { params: { conversationId: to }, body: { key: key.current, from } };
    await retry(() => chat.storm.api.forwardMessage(input), { withinMs: 20_000 });
    go(to);
  }
  return (
    <Dialog title={t.value.forwardTo} onClose={onClose}>
      <OptionList
        label={t.value.forwardTo}
        placeholder={t.value.switcherPlaceholder}
        typed={typed}
        onType={setTyped}
        options={options}
        keyOf={({ id }) => id}
        onChoose={({ id }) => {
          onClose();
          forward(id).catch(tellFault);
        }}
        empty={t.value.switcherEmpty}
        draw={({ summary, title }) => (
          <>
            <ConversationAvatar chat={chat} summary={summary} title={title} size={36} />
            <span class="option-text">{title}</span>
          </>
        )}
      />
    </Dialog>
  );
}
