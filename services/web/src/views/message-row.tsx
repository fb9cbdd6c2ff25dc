import type { Attachment, UserId } from '@storm/contracts';
import { X } from 'lucide-preact';
import { memo } from 'preact/compat';
import { useMemo } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { formatDay, formatFull, formatTime } from '../i18n/times.ts';
import { Avatar } from '../parts/avatar.tsx';
import type { Chat } from '../state/chat.ts';
import { tellFault } from '../state/faults.ts';
import { openOverlay } from '../state/overlay.ts';
import { isOnlyEmoji, renderMarkdown } from '../text/markdown.ts';
import { namesOfAll } from '../text/mention-all.ts';
import { personName } from '../text/names.ts';
import type { TimelineItem } from '../text/timeline-items.ts';
import { Attachments, PendingFiles } from './attachments.tsx';
import { FailedLine } from './failed-line.tsx';
import { activeKey, MessageActions } from './message-actions.tsx';
import { onMessageKey } from './on-message-key.ts';
import { Quote } from './quote.tsx';
import { Reached } from './reached.tsx';
import { Reactions } from './reactions.tsx';
import { SendState } from './send-state.tsx';

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
        onKeyDown={(event) => onMessageKey(event, text, isGone ? null : message, isOwn)}
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
            {text !== '' && <MessageText chat={chat} text={text} isGroup={isGroup} />}
            {isGone && (
              <em class="tombstone">{message?.hidden ? t.value.hiddenMessage : t.value.deletedMessage}</em>
            )}
            <span class="message-meta">
              {message?.editedAt !== undefined && !isGone && (
                <button
                  type="button"
                  class="edited-mark"
                  title={t.value.editHistory}
                  onClick={() => openOverlay({ kind: 'edits', message })}
                >
                  {t.value.edited}
                </button>
              )}
              <time dateTime={at.toISOString()} title={formatFull(at)}>
                {formatTime(at)}
              </time>
              {isOwn &&
                (message === null ? (
                  <SendState state={pending?.state ?? 'sent'} />
                ) : (
                  <Reached chat={chat} message={message} />
                ))}
            </span>
          </div>
          {!isGone && <MessageActions chat={chat} item={item} text={text} isGroup={isGroup} />}
          {message !== null && !isGone && <Reactions chat={chat} message={message} />}
          {pending?.state === 'failed' && <FailedLine chat={chat} item={item} />}
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

function MessageText({ chat, text, isGroup }: { chat: Chat; text: string; isGroup: boolean }) {
  const html = useMemo(() => {
    const names = [chat.user.username, ...(isGroup ? namesOfAll : [])];
    return renderMarkdown(text, names);
  }, [text, chat, isGroup]);
  // DOMPurify has been over it.
  return <div class="text" dir="auto" dangerouslySetInnerHTML={{ __html: html }} />;
}
