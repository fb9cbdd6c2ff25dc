import type { ConversationSummary, Member, Role } from '@storm/contracts';
import { Crown, EllipsisVertical, MessageCircle, ShieldMinus, ShieldPlus, UserMinus } from 'lucide-preact';
import { useState } from 'preact/hooks';
import { t } from '../i18n/t.ts';
import { Avatar } from '../parts/avatar.tsx';
import { Confirm } from '../parts/confirm.tsx';
import { Menu, type MenuItem } from '../parts/menu.tsx';
import { removeMember, setRole } from '../state/change-conversation.ts';
import { type Chat, startDirect } from '../state/chat.ts';
import { tellFault } from '../state/faults.ts';
import { go } from '../state/route.ts';
import { nameOf } from '../text/names.ts';

export function MemberRow({
  chat,
  summary,
  member,
}: {
  chat: Chat;
  summary: ConversationSummary;
  member: Member;
}) {
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
          act={() => removeMember(chat, summary.id, member.userId)}
        />
      )}
    </li>
  );
}
