import { signal } from '@preact/signals';
import type { Attachment, UserId } from '@storm/contracts';
import { Check, CircleAlert, Clock, Copy, Ellipsis, Link, RotateCcw, Trash2, X } from 'lucide-preact';
import { memo } from 'preact/compat';
import { useMemo } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { formatDay, formatFull, formatTime } from '../i18n/times.ts';
import { Avatar } from '../parts/avatar.tsx';
import { Menu, type MenuItem } from '../parts/menu.tsx';
import type { Chat } from '../state/chat.ts';
import { say, tellFault } from '../state/faults.ts';
import { urlOf } from '../state/route.ts';
import { isOnlyEmoji, renderMarkdown } from '../text/markdown.ts';
import { personName } from '../text/names.ts';
import type { TimelineItem } from '../text/timeline-items.ts';
import { Attachments, PendingFiles } from './attachments.tsx';

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
  const text = message?.text ?? pending?.text ?? '';
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
        onPointerEnter={activate}
        onFocusCapture={activate}
        onKeyDown={(event) => onKey(event, text)}
      >
        {!isOwn && isGroup && (
          <span class="message-avatar">
            {isFirstOfRun && <Avatar id={item.senderId} name={name} size={36} />}
          </span>
        )}
        <div class="message-column">
          {!isOwn && isGroup && isFirstOfRun && <p class="message-sender">{name}</p>}
          <div class={`bubble ${bubbleKind(text, message?.attachments ?? [], hasFiles)}`}>
            {message !== null && message.attachments.length > 0 && (
              <Attachments chat={chat} attachments={message.attachments} />
            )}
            {pending !== null && pending.files.length > 0 && <PendingFiles pending={pending} />}
            {text !== '' && <MessageText chat={chat} text={text} />}
            <span class="message-meta">
              <time dateTime={at.toISOString()} title={formatFull(at)}>
                {formatTime(at)}
              </time>
              {isOwn && <SendState state={pending?.state ?? 'sent'} />}
            </span>
          </div>
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
        <Actions item={item} text={text} />
      </article>
    </>
  );
});

function bubbleKind(text: string, attachments: readonly Attachment[], hasFiles: boolean): string {
  if (!hasFiles) return isOnlyEmoji(text) ? 'only-emoji' : '';
  return attachments.length === 1 && attachments[0]?.contentType.startsWith('image/') ? 'has-picture' : '';
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

function Actions({ item, text }: { item: TimelineItem; text: string }) {
  if (activeKey.value !== item.key || item.message === null) return null;
  const { message } = item;
  const entries: MenuItem[] = [
    ...(text === '' ? [] : [{ label: t.value.copyText, icon: Copy, act: () => copy(text) }]),
    {
      label: t.value.copyLink,
      icon: Link,
      act: () => copy(urlOf(message.conversationId, message.seq)),
    },
  ];
  return (
    <div class="message-actions">
      <Menu label={t.value.messageActions} items={entries}>
        <Ellipsis size={18} />
      </Menu>
    </div>
  );
}

function copy(text: string): void {
  navigator.clipboard.writeText(text).then(() => say(t.value.copied), tellFault);
}

function onKey(event: KeyboardEvent, text: string): void {
  if (event.target !== event.currentTarget || event.ctrlKey || event.metaKey || event.altKey) return;
  if (event.key === 'c' && text !== '') copy(text);
  else if (event.key === 'Enter')
    (event.currentTarget as HTMLElement).querySelector<HTMLElement>('.message-actions button')?.click();
  else return;
  event.preventDefault();
}
