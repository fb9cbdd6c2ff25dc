import { signal } from '@preact/signals';
import { Copy, Ellipsis, EyeOff, Forward, Link, Pencil, Plus, Reply, SmilePlus, Trash2 } from 'lucide-preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { Confirm } from '../parts/confirm.tsx';
import { Menu, type MenuItem } from '../parts/menu.tsx';
import { deleteMessage, react } from '../state/change-message.ts';
import type { Chat } from '../state/chat.ts';
import { copyText } from '../state/copy-text.ts';
import { startEditing } from '../state/editing.ts';
import { tellFault } from '../state/faults.ts';
import { openOverlay } from '../state/overlay.ts';
import { startReply } from '../state/replying.ts';
import { urlOf } from '../state/route.ts';
import type { TimelineItem } from '../text/timeline-items.ts';

/** The row under the mouse or the focus: only it has its actions drawn. */
export const activeKey = signal<string | null>(null);

const quickEmoji = ['👍', '❤️', '😂', '🎉', '🙏', '👀', '✅'];

interface ActionsProps {
  readonly chat: Chat;
  readonly item: TimelineItem;
  readonly text: string;
  readonly isGroup: boolean;
}

export function MessageActions({ chat, item, text, isGroup }: ActionsProps) {
  const [isDeleting, setDeleting] = useState(false);
  const { message } = item;
  if (message === null || (activeKey.value !== item.key && !isDeleting)) return null;
  const isOwn = message.senderId === chat.user.id;
  const role = chat.model.conversation(message.conversationId).value?.role;
  const canDelete = isOwn || (isGroup && role !== 'member');
  const entries: MenuItem[] = [
    { label: t.value.reply, icon: Reply, act: () => startReply(message) },
    { label: t.value.forward, icon: Forward, act: () => openOverlay({ kind: 'forward', message }) },
    ...(isOwn && text !== ''
      ? [{ label: t.value.edit, icon: Pencil, act: () => startEditing(message) }]
      : []),
    ...(text === '' ? [] : [{ label: t.value.copyText, icon: Copy, act: () => copyText(text) }]),
    {
      label: t.value.copyLink,
      icon: Link,
      act: () => copyText(urlOf(message.conversationId, message.seq)),
    },
    {
      label: t.value.deleteForMe,
      icon: EyeOff,
      act: () => deleteMessage(chat, message, 'me').catch(tellFault),
    },
    ...(canDelete
      ? [{ label: t.value.deleteForAll, icon: Trash2, isDangerous: true, act: () => setDeleting(true) }]
      : []),
  ];
  const reactions: MenuItem[] = [
    ...quickEmoji.map((emoji) => ({
      label: emoji,
      act: () => react(chat, message, emoji).catch(tellFault),
    })),
    { label: t.value.otherEmoji, icon: Plus, act: () => openOverlay({ kind: 'react', message }) },
  ];
  return (
    <div class="message-actions">
      <Menu label={t.value.react} items={reactions} listClass="emoji-row">
        <SmilePlus size={18} />
      </Menu>
      <Menu label={t.value.messageActions} items={entries}>
        <Ellipsis size={18} />
      </Menu>
      {isDeleting && (
        <Confirm
          title={t.value.deleteForAll}
          hint={t.value.deleteForAllHint}
          onClose={() => setDeleting(false)}
          act={() => deleteMessage(chat, message, 'everyone')}
        />
      )}
    </div>
  );
}
