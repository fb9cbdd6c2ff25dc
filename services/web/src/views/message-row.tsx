import { signal } from '@preact/signals';
import type { Attachment, Message, UserId } from '@storm/contracts';
import {
  Check,
  CheckCheck,
  CircleAlert,
  Clock,
  Copy,
  Ellipsis,
  EyeOff,
  Forward,
  Link,
  Pencil,
  Reply,
  RotateCcw,
  SmilePlus,
  Trash2,
  X,
} from 'lucide-preact';
import { memo } from 'preact/compat';
import { useMemo, useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { formatDay, formatFull, formatTime } from '../i18n/times.ts';
import { Avatar } from '../parts/avatar.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Menu, type MenuItem } from '../parts/menu.tsx';
import { deleteMessage, react } from '../state/change-message.ts';
import type { Chat } from '../state/chat.ts';
import { startEditing } from '../state/editing.ts';
import { say, tellFault } from '../state/faults.ts';
import { openOverlay } from '../state/overlay.ts';
import { startReply } from '../state/replying.ts';
import { go, urlOf } from '../state/route.ts';
import { isOnlyEmoji, renderMarkdown } from '../text/markdown.ts';
import { personName, previewOf } from '../text/names.ts';
import type { TimelineItem } from '../text/timeline-items.ts';
import { Attachments, PendingFiles } from './attachments.tsx';
import { Reactions } from './reactions.tsx';

/** The row under the mouse or the focus: only it has its actions drawn. */
const activeKey = signal<string | null>(null);

interface RowProps {
  readonly chat: Chat;
  readonly item: TimelineItem;
  readonly isGroup: boolean;
  readonly isHighlighted: boolean;
}

export const MessageRow = memo(function MessageRow({ chat, item, isGroup, isHighlighted }: RowProps) {
  const { message, pending, at, isFirstOfDay, isFirstNew, isFirstOfRun, isLastOfRun } = item;
  const isOwn = item.senderId === chat.user.id;
  const name = personName(chat, item.senderId as UserId);
  const isGone = message?.deletedAt !== undefined || message?.hidden === true;
  const text = isGone ? '' : (message?.text ?? pending?.text ?? '');
  const hasFiles = (message?.attachments.length ?? pending?.files.length ?? 0) > 0;
  const activate = (): void => {
    activeKey.value = item.key;
  };
  const classes = [
    'message',
    isOwn && 'is-own',
    isFirstOfRun && 'is-first',
    isLastOfRun && 'is-last',
    isHighlighted && 'is-highlighted',
    pending?.state === 'failed' && 'is-failed',
  ];
  return (
    <>
      {isFirstOfDay && (
        <div class="day-line">
          <span>{formatDay(at)}</span>
        </div>
      )}
      {isFirstNew && (
        <div class="new-line">
          <span>{t.value.newMessages}</span>
        </div>
      )}
      <article
        class={classes.filter(Boolean).join(' ')}
        tabIndex={-1}
        aria-label={t.value.messageFrom(isOwn ? t.value.you : name, formatTime(at))}
        data-seq={message?.seq}
        data-key={item.key}
        data-state={pending?.state ?? 'stored'}
        // A finger that opens a conversation lands on some message: only a tap on it means it.
        onPointerEnter={(event) => event.pointerType === 'mouse' && activate()}
        onClick={activate}
        onFocusCapture={activate}
        onKeyDown={(event) => onKey(event, text, isGone ? null : message, isOwn)}
      >
        {!isOwn && isGroup && (
          <span class="message-avatar">
            {isFirstOfRun && <Avatar id={item.senderId} name={name} size={36} />}
          </span>
        )}
        <div class="message-column">
          {!isOwn && isGroup && isFirstOfRun && <p class="message-sender">{name}</p>}
          <div class={`bubble ${bubbleKind(text, message?.attachments ?? [], hasFiles)}`}>
            {message?.forwarded && !isGone && (
              <p class="forwarded">{t.value.forwarded(personName(chat, message.forwarded.senderId))}</p>
            )}
            {(message?.replyTo ?? pending?.replyTo) !== undefined && !isGone && (
              <Quote chat={chat} item={item} seq={message?.replyTo ?? pending?.replyTo ?? 0} />
            )}
            {message !== null && message.attachments.length > 0 && (
              <Attachments chat={chat} attachments={message.attachments} />
            )}
            {pending !== null && pending.files.length > 0 && <PendingFiles pending={pending} />}
            {text !== '' && <MessageText chat={chat} text={text} />}
            {isGone && (
              <em class="tombstone">{message?.hidden ? t.value.hiddenMessage : t.value.deletedMessage}</em>
            )}
            <span class="message-meta">
              {message?.editedAt !== undefined && !isGone && <span>{t.value.edited}</span>}
              <time dateTime={at.toISOString()} title={formatFull(at)}>
                {formatTime(at)}
              </time>
              {isOwn && <SendState state={pending?.state ?? reached(chat, message)} />}
            </span>
          </div>
          {!isGone && <Actions chat={chat} item={item} text={text} isGroup={isGroup} />}
          {message !== null && !isGone && <Reactions chat={chat} message={message} />}
          {pending?.state === 'failed' && <Failed chat={chat} item={item} />}
          {pending?.progress != null && (
            <button
              type="button"
              class="link small"
              onClick={() => chat.model.unsent.remove(pending.key).catch(tellFault)}
            >
              <X size={14} aria-hidden="true" /> {t.value.cancelUpload}
            </button>
          )}
        </div>
      </article>
    </>
  );
});

function bubbleKind(text: string, attachments: readonly Attachment[], hasFiles: boolean): string {
  if (!hasFiles) return isOnlyEmoji(text) ? 'only-emoji' : '';
  return attachments.length === 1 && attachments[0]?.contentType.startsWith('image/') ? 'has-picture' : '';
}

function Quote({ chat, item, seq }: { chat: Chat; item: TimelineItem; seq: number }) {
  const id = item.message?.conversationId ?? item.pending?.conversationId;
  if (id === undefined) return null;
  const quoted = chat.model.timeline(id).quoted(seq).value;
  const name = quoted === undefined ? '…' : personName(chat, quoted.senderId);
  return (
    <button type="button" class="quote" aria-label={t.value.showQuoted(name)} onClick={() => go(id, seq)}>
      <span class="quote-name">{name}</span>
      <span class="quote-text">{quoted === undefined ? t.value.loading : previewOf(quoted)}</span>
    </button>
  );
}

/** How far a message of one's own has got with everybody else. */
function reached(chat: Chat, message: Message | null): 'sent' | 'delivered' | 'read' {
  if (message === null) return 'sent';
  const all = chat.model.receipts(message.conversationId).value;
  const others = [...all.values()].filter(({ userId }) => userId !== chat.user.id);
  if (others.length === 0) return 'sent';
  if (others.every(({ readSeq }) => readSeq >= message.seq)) return 'read';
  return others.every(({ deliveredSeq }) => deliveredSeq >= message.seq) ? 'delivered' : 'sent';
}

function MessageText({ chat, text }: { chat: Chat; text: string }) {
  const html = useMemo(() => renderMarkdown(text, [chat.user.username]), [text, chat]);
  // DOMPurify has been over it.
  return <div class="text" dir="auto" dangerouslySetInnerHTML={{ __html: html }} />;
}

const stateLook = {
  waiting: { icon: Clock, label: 'stateWaiting' },
  sending: { icon: Clock, label: 'stateSending' },
  sent: { icon: Check, label: 'stateSent' },
  delivered: { icon: CheckCheck, label: 'stateDelivered' },
  read: { icon: CheckCheck, label: 'stateRead' },
  failed: { icon: CircleAlert, label: 'stateFailed' },
} as const;

function SendState({ state }: { state: keyof typeof stateLook }) {
  const { icon: Icon, label } = stateLook[state];
  return (
    <span class={`send-state state-${state}`} role="img" aria-label={t.value[label]} title={t.value[label]}>
      <Icon size={14} aria-hidden="true" />
    </span>
  );
}

function Failed({ chat, item }: { chat: Chat; item: TimelineItem }) {
  const { unsent } = chat.model;
  return (
    <p class="failed-line">
      <CircleAlert size={14} aria-hidden="true" /> {t.value.stateFailed}
      <button type="button" class="link small" onClick={() => unsent.retry(item.key).catch(tellFault)}>
        <RotateCcw size={14} aria-hidden="true" /> {t.value.retry}
      </button>
      <button type="button" class="link small" onClick={() => unsent.remove(item.key).catch(tellFault)}>
        <Trash2 size={14} aria-hidden="true" /> {t.value.discard}
      </button>
    </p>
  );
}

const quickEmoji = ['👍', '❤️', '😂', '🎉', '😮', '🙏', '👀', '✅'];

interface ActionsProps {
  readonly chat: Chat;
  readonly item: TimelineItem;
  readonly text: string;
  readonly isGroup: boolean;
}

function Actions({ chat, item, text, isGroup }: ActionsProps) {
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
    ...(text === '' ? [] : [{ label: t.value.copyText, icon: Copy, act: () => copy(text) }]),
    {
      label: t.value.copyLink,
      icon: Link,
      act: () => copy(urlOf(message.conversationId, message.seq)),
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
  const reactions = quickEmoji.map((emoji) => ({
    label: emoji,
    act: () => react(chat, message, emoji).catch(tellFault),
  }));
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

function copy(text: string): void {
  navigator.clipboard.writeText(text).then(() => say(t.value.copied), tellFault);
}

function onKey(event: KeyboardEvent, text: string, message: Message | null, isOwn: boolean): void {
  if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'c' && text !== '') copy(text);
  else if (event.key === 'e' && isOwn && message !== null && text !== '') startEditing(message);
  else if (event.key === 'r' && message !== null) startReply(message);
  else if (event.key === '+' || event.key === 'Enter') {
    const place = event.currentTarget as HTMLElement;
    const buttons = place.querySelectorAll<HTMLElement>('.message-actions > button');
    buttons[event.key === '+' ? 0 : buttons.length - 1]?.click();
  } else return;
  event.preventDefault();
}
