import { isMuted } from '@storm/client/model';
import type { ConversationId, ConversationSummary } from '@storm/contracts';
import {
  ArrowLeft,
  Bell,
  BellOff,
  EllipsisVertical,
  PanelRight,
  Pin,
  PinOff,
  Search,
  SearchX,
} from 'lucide-preact';
import { useEffect, useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { formatSoon, formatWhen } from '../i18n/times.ts';
import { ConversationAvatar } from '../parts/conversation-avatar.tsx';
import { Menu, type MenuItem } from '../parts/menu.tsx';
import { StateView } from '../parts/state-view.tsx';
import { farAway, mute, setPinned } from '../state/change-conversation.ts';
import type { Chat } from '../state/chat.ts';
import { tellFault } from '../state/faults.ts';
import { focusComposer, hasKeyboard } from '../state/focus-composer.ts';
import { isPanelOpen, openOverlay } from '../state/overlay.ts';
import { go } from '../state/route.ts';
import { titleOf } from '../text/names.ts';
import { Composer } from './composer.tsx';
import { MemberPanel } from './member-panel.tsx';
import { TimelineView } from './timeline-view.tsx';
import { TypingLine } from './typing-line.tsx';

export function ConversationView({ chat, id }: { chat: Chat; id: ConversationId }) {
  const summary = chat.model.conversation(id).value;
  const isReady = chat.model.isReady.value;
  const [isDropping, setDropping] = useState(false);
  const isThere = summary !== undefined;
  useEffect(() => {
    if (isThere && hasKeyboard()) focusComposer();
  }, [isThere]);
  if (!isReady) return <div class="conversation" aria-busy="true" />;
  if (summary === undefined)
    return (
      <StateView icon={SearchX} title={t.value.conversationGone} hint={t.value.conversationGoneHint}>
        <button type="button" class="primary" onClick={() => go(null)}>
          {t.value.back}
        </button>
      </StateView>
    );
  const title = titleOf(chat, summary);
  const onDrop = (event: DragEvent): void => {
    event.preventDefault();
    setDropping(false);
    const files = [...(event.dataTransfer?.files ?? [])];
    if (files.length > 0)
      chat.drafts.change(id, { files: [...chat.drafts.of(id).peek().files, ...files].slice(0, 10) });
    focusComposer();
  };
  return (
    <>
      <section
        class="conversation"
        aria-label={title}
        onDragOver={(event) => {
          if (!event.dataTransfer?.types.includes('Files')) return;
          event.preventDefault();
          setDropping(true);
        }}
        onDragLeave={(event) => {
          if (!event.currentTarget.contains(event.relatedTarget as Node | null)) setDropping(false);
        }}
        onDrop={onDrop}
      >
        <header class="conversation-header">
          <button
            type="button"
            class="icon-button only-narrow"
            aria-label={t.value.back}
            onClick={() => go(null)}
          >
            <ArrowLeft size={22} />
          </button>
          <ConversationAvatar chat={chat} summary={summary} title={title} size={36} />
          <div class="header-text">
            <h1>{title}</h1>
            <Subtitle chat={chat} id={id} isGroup={summary.kind === 'group'} />
          </div>
          <button
            type="button"
            class="icon-button"
            aria-label={t.value.searchMessages}
            title={t.value.searchMessages}
            onClick={() => openOverlay({ kind: 'search' })}
          >
            <Search size={20} />
          </button>
          <Menu label={t.value.conversationActions} items={actionsOf(chat, summary)}>
            <EllipsisVertical size={20} />
          </Menu>
          <button
            type="button"
            class="icon-button"
            aria-label={t.value.details}
            title={t.value.details}
            aria-expanded={isPanelOpen.value}
            onClick={() => {
              isPanelOpen.value = !isPanelOpen.value;
            }}
          >
            <PanelRight size={20} />
          </button>
        </header>
        <TimelineView chat={chat} id={id} summary={summary} />
        <TypingLine chat={chat} id={id} />
        <Composer chat={chat} id={id} title={title} />
        {isDropping && <div class="drop-target">{t.value.dropFiles}</div>}
      </section>
      {isPanelOpen.value && <MemberPanel chat={chat} summary={summary} title={title} />}
    </>
  );
}

function actionsOf(chat: Chat, summary: ConversationSummary): MenuItem[] {
  const { id } = summary;
  const muted = isMuted(summary);
  const isPinned = summary.settings.pinnedAt !== null;
  return [
    {
      label: isPinned ? t.value.unpin : t.value.pin,
      icon: isPinned ? PinOff : Pin,
      act: () => setPinned(chat, id, !isPinned).catch(tellFault),
    },
    ...(muted
      ? [{ label: unmuteLabel(summary), icon: Bell, act: () => mute(chat, id, null).catch(tellFault) }]
      : muteSpans().map(({ label, until }) => ({
          label,
          icon: BellOff,
          act: () => mute(chat, id, until).catch(tellFault),
        }))),
  ];
}

const hourMs = 3_600_000;

function muteSpans(): { label: string; until: Date }[] {
  const now = new Date();
  const morning = new Date(now.getFullYear(), now.getMonth(), now.getDate() + 1, 8);
  return [
    { label: t.value.muteHours(1), until: new Date(now.getTime() + hourMs) },
    { label: t.value.muteHours(8), until: new Date(now.getTime() + 8 * hourMs) },
    { label: t.value.muteUntil(formatSoon(morning)), until: morning },
    { label: t.value.muteAlways, until: farAway },
  ];
}

function unmuteLabel({ settings: { mutedUntil } }: ConversationSummary): string {
  const until = new Date(mutedUntil ?? farAway);
  return until < farAway ? t.value.unmuteBefore(formatSoon(until)) : t.value.unmute;
}

function Subtitle({ chat, id, isGroup }: { chat: Chat; id: ConversationId; isGroup: boolean }) {
  if (!isGroup) {
    const peerId = chat.model.conversation(id).value?.peerId;
    const peer = peerId ? chat.model.profile(peerId).value : undefined;
    const presence = peer && chat.model.presence(peer.id).value;
    if (presence?.online) return <p class="subtitle is-online">{t.value.present}</p>;
    const seen = presence?.lastSeenAt;
    if (seen) return <p class="subtitle">{t.value.lastSeen(formatWhen(new Date(seen)))}</p>;
    return <p class="subtitle">{peer === undefined ? '\u00a0' : `@${peer.username}`}</p>;
  }
  return <p class="subtitle">{t.value.memberCount(chat.model.conversation(id).value?.memberCount ?? 0)}</p>;
}
