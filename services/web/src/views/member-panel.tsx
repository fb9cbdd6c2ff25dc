import type { ConversationSummary, Member, Role } from '@storm/contracts';
import {
  Crown,
  EllipsisVertical,
  ImagePlus,
  LogOut,
  MessageCircle,
  Pencil,
  ShieldMinus,
  ShieldPlus,
  UserMinus,
  UserPlus,
  X,
} from 'lucide-preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { Avatar } from '../parts/avatar.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { ConversationAvatar } from '../parts/conversation-avatar.tsx';
import { Menu, type MenuItem } from '../parts/menu.tsx';
import { rename, setPicture, setRole } from '../state/change-conversation.ts';
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

/** Name and picture, for who may change them. */
function GroupEditor({ chat, summary }: { chat: Chat; summary: ConversationSummary }) {
  const [isOpen, setOpen] = useState(false);
  const save = (event: SubmitEvent): void => {
    event.preventDefault();
    const name = String(new FormData(event.currentTarget as HTMLFormElement).get('name') ?? '').trim();
    setOpen(false);
    if (name !== '' && name !== summary.name) rename(chat, summary.id, name).catch(tellFault);
  };
  if (isOpen)
    return (
      <form class="rename" onSubmit={save}>
        <input
          name="name"
          type="text"
          class="option-field"
          aria-label={t.value.groupName}
          maxLength={80}
          defaultValue={summary.name ?? ''}
          ref={(field) => field?.focus()}
        />
        <button type="submit" class="primary">
          {t.value.save}
        </button>
      </form>
    );
  return (
    <div class="panel-actions">
      <button type="button" class="secondary" onClick={() => setOpen(true)}>
        <Pencil size={16} aria-hidden="true" /> {t.value.rename}
      </button>
      <label class="secondary">
        <ImagePlus size={16} aria-hidden="true" /> {t.value.changePicture}
        <input
          type="file"
          accept="image/*"
          class="visually-hidden"
          onChange={(event) => {
            const [file] = event.currentTarget.files ?? [];
            if (file !== undefined) setPicture(chat, summary.id, file).catch(tellFault);
          }}
        />
      </label>
    </div>
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
  const give = (role: Role): void => {
    setRole(chat, summary.id, member.userId, role).catch(tellFault);
  };
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
    ...(summary.role === 'owner' && !isSelf
      ? [
          {
            label: member.role === 'admin' ? t.value.makeMember : t.value.makeAdmin,
            icon: member.role === 'admin' ? ShieldMinus : ShieldPlus,
            act: () => give(member.role === 'admin' ? 'member' : 'admin'),
          },
          { label: t.value.makeOwner, icon: Crown, act: () => give('owner') },
        ]
      : []),
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
