import type { ConversationId } from '@storm/contracts';
import { MessagesSquare } from 'lucide-preact';
import { lazy, Suspense } from 'preact/compat';
import { useEffect } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { StateView } from '../parts/state-view.tsx';
import { announced } from '../state/announce.ts';
import type { Chat } from '../state/chat.ts';
import { editing, stopEditing } from '../state/editing.ts';
import { focusComposer } from '../state/focus-composer.ts';
import { startNotifying } from '../state/notify.ts';
import { closeOverlay, isPanelOpen, openOverlay, overlay } from '../state/overlay.ts';
import { replying, stopReply } from '../state/replying.ts';
import { go, route } from '../state/route.ts';
import { switcherShortcut } from '../text/shortcut.ts';
import { ConversationList } from './conversation-list.tsx';
import { ConversationView } from './conversation-view.tsx';

const Overlays = lazy(() => import('./overlays.tsx'));

export function Shell({ chat }: { chat: Chat }) {
  const { conversationId } = route.value;
  useEffect(() => startNotifying(chat), [chat]);
  useEffect(fetchAhead, []);
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent): void => {
      if (!event.defaultPrevented && act(chat, event)) event.preventDefault();
    };
    addEventListener('keydown', onKeyDown);
    return () => removeEventListener('keydown', onKeyDown);
  }, [chat]);
  return (
    <main class={`shell ${conversationId === null ? 'shows-list' : 'shows-conversation'}`}>
      <button type="button" class="skip-link" onClick={focusComposer}>
        {t.value.skipToMessages}
      </button>
      <ConversationList chat={chat} />
      <div class="main">
        {conversationId === null ? (
          <StateView
            icon={MessagesSquare}
            title={t.value.chooseConversation}
            hint={t.value.chooseConversationHint(switcherShortcut)}
          />
        ) : (
          <ConversationView key={conversationId} chat={chat} id={conversationId} />
        )}
      </div>
      {overlay.value !== null && (
        <Suspense fallback={null}>
          <Overlays chat={chat} overlay={overlay.value} />
        </Suspense>
      )}
      <div class="visually-hidden" role="log" aria-live="polite" aria-atomic="true">
        {announced.value}
      </div>
    </main>
  );
}

/** What is needed later is here before the network is gone, or a new version has replaced its files. */
function fetchAhead(): () => void {
  const timer = setTimeout(() => {
    // What cannot be had now is asked for again when it is needed.
    void Promise.allSettled([import('./overlays.tsx'), import('./emoji-picker.tsx')]);
  }, 3_000);
  return () => clearTimeout(timer);
}

/** @returns whether the key meant something here */
function act(chat: Chat, event: KeyboardEvent): boolean {
  const isCommand = event.ctrlKey || event.metaKey;
  if (isCommand && !event.shiftKey && event.key.toLowerCase() === 'k') {
    if (overlay.value?.kind === 'switcher') closeOverlay();
    else openOverlay({ kind: 'switcher' });
    return true;
  }
  if (isCommand && event.shiftKey && event.key.toLowerCase() === 'f') {
    openOverlay({ kind: 'search' });
    return true;
  }
  if (isCommand && event.shiftKey && event.key.toLowerCase() === 'm') {
    openOverlay({ kind: 'mentions' });
    return true;
  }
  if (isCommand && event.key === '/') {
    openOverlay({ kind: 'shortcuts' });
    return true;
  }
  if (overlay.value !== null) return false;
  if (event.altKey && (event.key === 'ArrowDown' || event.key === 'ArrowUp')) {
    return step(chat, event.key === 'ArrowDown' ? 1 : -1, event.shiftKey);
  }
  return event.key === 'Escape' && goBack();
}

/** Out of what was begun last, wherever the focus is. */
function goBack(): boolean {
  if (editing.value !== null) stopEditing();
  else if (replying.value !== null) stopReply();
  else if (isPanelOpen.value) isPanelOpen.value = false;
  else return false;
  return true;
}

function step(chat: Chat, by: 1 | -1, onlyUnread: boolean): boolean {
  const order = chat.model.order.value;
  const at = order.indexOf(route.value.conversationId as ConversationId);
  for (let count = 1; count <= order.length; count++) {
    const id = order[(at + by * count + order.length * 2) % order.length];
    if (id === undefined) continue;
    if (onlyUnread && (chat.model.conversation(id).value?.unread ?? 0) === 0) continue;
    go(id);
    return true;
  }
  return false;
}
