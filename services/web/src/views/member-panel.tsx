import type { ConversationSummary, Member } from '@storm/contracts';
import { EllipsisVertical, LogOut, MessageCircle, UserMinus, UserPlus, X } from 'lucide-preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { Avatar } from '../parts/avatar.tsx';
import { ConversationAvatar } from '../parts/conversation-avatar.tsx';
import { Dialog } from '../parts/dialog.tsx';
import { Menu, type MenuItem } from '../parts/menu.tsx';
import { type Chat, startDirect } from '../state/chat.ts';
import { tellFault } from '../state/faults.ts';
import { isPanelOpen, openOverlay } from '../state/overlay.ts';
import { go } from '../state/route.ts';
import { changeSettings, type Level, settings } from '../state/settings.ts';
import { nameOf } from '../text/names.ts';

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
          <ConversationAvatar summary={summary} title={title} />
          <p class="panel-title">{title}</p>
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
            await removeMember(chat, summary, chat.user.id);
            go(null);
          }}
        />
      )}
    </aside>
  );
}

const removeMember = async (
  chat: Chat,
  { id }: ConversationSummary,
  userId: Member['userId'],
): Promise<void> => {
  await chat.storm.api.removeMember({ params: { conversationId: id, userId } });
};

function NotificationLevel({ id }: { id: string }) {
  const level = settings.value.levels[id] ?? 'all';
  const choices: [Level, string][] = [
    ['all', t.value.levelAll],
    ['mentions', t.value.levelMentions],
    ['none', t.value.levelNone],
  ];
  return (
    <div class="field">
      <label for="notification-level">{t.value.notifyMe}</label>
      <select
        id="notification-level"
        value={level}
        onChange={(event) => {
          const chosen = event.currentTarget.value as Level;
          changeSettings({ levels: { ...settings.value.levels, [id]: chosen } });
        }}
      >
        {choices.map(([value, label]) => (
          <option key={value} value={value}>
            {label}
          </option>
        ))}
      </select>
    </div>
  );
}

function MemberRow({ chat, summary, member }: { chat: Chat; summary: ConversationSummary; member: Member }) {
  const [isRemoving, setRemoving] = useState(false);
  const user = chat.model.profile(member.userId).value;
  const name = nameOf(user);
  const isSelf = member.userId === chat.user.id;
  const canRemove = !isSelf && summary.role !== 'member' && member.role !== 'owner';
  const roles = { owner: t.value.roleOwner, admin: t.value.roleAdmin, member: '' };
  const items: MenuItem[] = [
    ...(user === undefined || isSelf
      ? []
      : [
          {
            label: t.value.compose(name),
            icon: MessageCircle,
            act: () => startDirect(chat, user).then((id) => go(id), tellFault),
          },
        ]),
    ...(canRemove
      ? [
          {
            label: t.value.removePerson(name),
            icon: UserMinus,
            isDangerous: true,
            act: () => setRemoving(true),
          },
        ]
      : []),
  ];
  return (
    <li class="member-row">
      <Avatar id={member.userId} name={name} size={36} />
      <span class="member-text">
        <span class="member-name">
          {name}
          {isSelf && <span class="muted"> ({t.value.you})</span>}
        </span>
        <span class="muted member-role">{roles[member.role] || (user ? `@${user.username}` : '')}</span>
      </span>
      {items.length > 0 && (
        <Menu label={`${t.value.more}: ${name}`} items={items}>
          <EllipsisVertical size={18} />
        </Menu>
      )}
      {isRemoving && (
        <Confirm
          title={t.value.removePerson(name)}
          hint={t.value.removeConfirm(name)}
          onClose={() => setRemoving(false)}
          act={() => removeMember(chat, summary, member.userId)}
        />
      )}
    </li>
  );
}

interface ConfirmProps {
  readonly title: string;
  readonly hint: string;
  readonly act: () => Promise<void>;
  readonly onClose: () => void;
}

function Confirm({ title, hint, act, onClose }: ConfirmProps) {
  return (
    <Dialog title={title} onClose={onClose}>
      <p>{hint}</p>
      <footer class="dialog-footer">
        <button type="button" class="secondary" onClick={onClose}>
          {t.value.cancel}
        </button>
        <button
          type="button"
          class="primary dangerous"
          onClick={() => {
            onClose();
            act().catch(tellFault);
          }}
        >
          {title}
        </button>
      </footer>
    </Dialog>
  );
}
