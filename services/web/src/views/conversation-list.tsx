import { isMuted } from '@storm/client/model';
import type { ConversationId, ConversationSummary } from '@storm/contracts';
import { AtSign, BellOff, MessageSquarePlus, Pin, Search, Settings, SquarePen } from 'lucide-preact';
import { useRef } from 'preact/hooks';
import { Virtualizer } from 'virtua';
import { t } from '../i18n/t.ts';
import { formatWhen } from '../i18n/times.ts';
import { ConversationAvatar } from '../parts/conversation-avatar.tsx';
import { StateView } from '../parts/state-view.tsx';
import type { Chat } from '../state/chat.ts';
import { openOverlay } from '../state/overlay.ts';
import { go, route, urlOf } from '../state/route.ts';
import { personName, previewOf, titleOf } from '../text/names.ts';
import { switcherShortcut } from '../text/shortcut.ts';
import { ConnectionLine } from './connection-line.tsx';
import { typingText } from './typing-line.tsx';

const rowHeight = 68;

export function ConversationList({ chat }: { chat: Chat }) {
  const scroller = useRef<HTMLDivElement>(null);
  const text = t.value;
  const order = chat.model.order.value;
  const isReady = chat.model.isReady.value;
  return (
    <nav class="sidebar" aria-label={text.conversations}>
      <header class="sidebar-header">
        <h1>{text.appName}</h1>
        <button
          type="button"
          class="icon-button"
          aria-label={text.mentionsOfMe}
          title={text.mentionsOfMe}
          onClick={() => openOverlay({ kind: 'mentions' })}
        >
          <AtSign size={20} />
        </button>
        <button
          type="button"
          class="icon-button"
          aria-label={text.newConversation}
          title={text.newConversation}
          onClick={() => openOverlay({ kind: 'new' })}
        >
          <SquarePen size={20} />
        </button>
        <button
          type="button"
          class="icon-button avatar-button"
          aria-label={text.settings}
          title={text.settings}
          onClick={() => openOverlay({ kind: 'settings' })}
        >
          <Settings size={20} />
        </button>
      </header>
      <button type="button" class="search-button" onClick={() => openOverlay({ kind: 'switcher' })}>
        <Search size={16} aria-hidden="true" />
        <span>{text.filterConversations}</span>
        <kbd>{switcherShortcut}</kbd>
      </button>
      <ConnectionLine chat={chat} />
      <div class="conversation-scroller" ref={scroller} onKeyDown={moveThroughRows}>
        {!isReady && <Skeletons />}
        {isReady && order.length === 0 && (
          <StateView icon={MessageSquarePlus} title={text.noConversations} hint={text.noConversationsHint}>
            <button type="button" class="primary" onClick={() => openOverlay({ kind: 'new' })}>
              {text.newConversation}
            </button>
          </StateView>
        )}
        {order.length > 0 && (
          <div role="list" class="conversation-rows">
            <Virtualizer data={order} scrollRef={scroller} itemSize={rowHeight}>
              {(id: ConversationId) => <Row key={id} chat={chat} id={id} />}
            </Virtualizer>
          </div>
        )}
      </div>
    </nav>
  );
}

function Row({ chat, id }: { chat: Chat; id: ConversationId }) {
  const summary = chat.model.conversation(id).value;
  if (summary === undefined) return null;
  const text = t.value;
  const title = titleOf(chat, summary);
  const isCurrent = route.value.conversationId === id;
  const { lastMessage, unread } = summary;
  return (
    <div role="listitem">
      <a
        class={`conversation-row ${unread > 0 ? 'is-unread' : ''}`}
        href={urlOf(id)}
        aria-current={isCurrent ? 'page' : undefined}
        data-conversation={id}
        onClick={(event) => {
          if (event.ctrlKey || event.metaKey || event.shiftKey) return;
          event.preventDefault();
          go(id);
        }}
      >
        <ConversationAvatar chat={chat} summary={summary} title={title} />
        <span class="row-main">
          <span class="row-top">
            <span class="row-title">{title}</span>
            {lastMessage !== null && (
              <time class="row-time" dateTime={lastMessage.storedAt}>
                {formatWhen(new Date(lastMessage.storedAt))}
              </time>
            )}
          </span>
          <span class="row-bottom">
            <Preview chat={chat} summary={summary} isCurrent={isCurrent} />
            {isMuted(summary) && <BellOff size={15} class="row-icon" aria-label={text.muted} role="img" />}
            {summary.settings.pinnedAt !== null && (
              <Pin size={15} class="row-icon" aria-label={text.pinned} role="img" />
            )}
            {unread > 0 && (
              <span class={isMuted(summary) ? 'badge quiet' : 'badge'}>
                <span aria-hidden="true">{unread > 999 ? '999+' : unread}</span>
                <span class="visually-hidden">{text.unread(unread)}</span>
              </span>
            )}
          </span>
        </span>
      </a>
    </div>
  );
}

function Preview({
  chat,
  summary,
  isCurrent,
}: {
  chat: Chat;
  summary: ConversationSummary;
  isCurrent: boolean;
}) {
  const draft = chat.drafts.of(summary.id).value;
  const { lastMessage } = summary;
  const typing = typingText(chat, summary.id);
  if (typing !== null) return <span class="row-preview is-typing">{typing}</span>;
  if (draft.text.trim() !== '' && !isCurrent)
    return (
      <span class="row-preview">
        <em class="draft-mark">{t.value.draftPrefix}</em> {draft.text}
      </span>
    );
  if (lastMessage === null) return <span class="row-preview">{t.value.noMessagesYet}</span>;
  const isOwn = lastMessage.senderId === chat.user.id;
  const who = isOwn
    ? t.value.saidBy(t.value.you)
    : summary.kind === 'group'
      ? t.value.saidBy(personName(chat, lastMessage.senderId).split(' ')[0] ?? '')
      : '';
  return <span class="row-preview">{`${who}${previewOf(lastMessage)}`}</span>;
}

function Skeletons() {
  return (
    <div aria-busy="true" aria-label={t.value.loading} role="status">
      {[70, 50, 62, 44, 58, 66].map((width) => (
        <div class="skeleton-row" key={width} aria-hidden="true">
          <span class="skeleton circle" />
          <span class={`skeleton bar w-${width}`} />
        </div>
      ))}
    </div>
  );
}

function moveThroughRows(event: KeyboardEvent): void {
  if ((event.key !== 'ArrowDown' && event.key !== 'ArrowUp') || event.altKey) return;
  const rows = [...document.querySelectorAll<HTMLElement>('.conversation-row')].sort(
    (one, other) => one.getBoundingClientRect().top - other.getBoundingClientRect().top,
  );
  const at = rows.indexOf(document.activeElement as HTMLElement);
  const next = rows[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (next === undefined) return;
  event.preventDefault();
  next.focus();
}
