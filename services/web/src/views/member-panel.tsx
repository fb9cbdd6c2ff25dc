import type { ConversationSummary } from '@storm/contracts';
import { LogOut, UserPlus, X } from 'lucide-preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { Confirm } from '../parts/confirm.tsx';
import { ConversationAvatar } from '../parts/conversation-avatar.tsx';
import { removeMember } from '../state/change-conversation.ts';
import type { Chat } from '../state/chat.ts';
import { tellFault } from '../state/faults.ts';
import { isPanelOpen, openOverlay } from '../state/overlay.ts';
import { go } from '../state/route.ts';
import { GroupEditor } from './group-editor.tsx';
import { MemberRow } from './member-row.tsx';
import { NotificationLevel } from './notification-level.tsx';

interface PanelProps {
  readonly chat: Chat;
  readonly summary: ConversationSummary;
  readonly title: string;
}

export function MemberPanel({ chat, summary, title }: PanelProps) {
  const details = chat.model.details(summary.id).value;
  const [isLeaving, setLeaving] = useState(false);
  const canManage = summary.kind === 'group' && summary.role !== 'member';
  const text = t.value;
  return (
    <aside class="panel" aria-label={text.details}>
      <header class="panel-header">
        <h2>{text.details}</h2>
        <button
          type="button"
          class="icon-button"
          aria-label={text.close}
          onClick={() => {
            isPanelOpen.value = false;
          }}
        >
          <X size={20} />
        </button>
      </header>
      <div class="panel-scroller">
        <div class="panel-top">
          <ConversationAvatar chat={chat} summary={summary} title={title} size={72} />
          <p class="panel-title">{title}</p>
          {canManage && <GroupEditor key={summary.name} chat={chat} summary={summary} />}
        </div>
        <NotificationLevel id={summary.id} />
        {summary.kind === 'group' && (
          <section>
            <div class="panel-line">
              <h3>{details === undefined ? text.members : text.memberCount(details.memberCount)}</h3>
              {canManage && (
                <button
                  type="button"
                  class="icon-button"
                  aria-label={text.addPeople}
                  title={text.addPeople}
                  onClick={() => openOverlay({ kind: 'add-members', conversationId: summary.id })}
                >
                  <UserPlus size={18} />
                </button>
              )}
            </div>
            <ul class="member-list">
              {details?.members.map((member) => (
                <MemberRow key={member.userId} chat={chat} summary={summary} member={member} />
              ))}
            </ul>
            {details !== undefined && details.members.length < details.memberCount && (
              <button
                type="button"
                class="secondary wide"
                onClick={() => chat.model.loadMembers(summary.id).catch(tellFault)}
              >
                {text.moreMembers(details.memberCount - details.members.length)}
              </button>
            )}
            <button type="button" class="secondary dangerous wide" onClick={() => setLeaving(true)}>
              <LogOut size={18} aria-hidden="true" /> {text.leaveGroup}
            </button>
          </section>
        )}
      </div>
      {isLeaving && (
        <Confirm
          title={text.leaveGroup}
          hint={text.leaveGroupConfirm}
          onClose={() => setLeaving(false)}
          act={async () => {
            await removeMember(chat, summary.id, chat.user.id);
            go(null);
          }}
        />
      )}
    </aside>
  );
}
