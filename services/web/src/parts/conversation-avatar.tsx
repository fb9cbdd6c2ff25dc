import type { ConversationSummary } from '@storm/contracts';
import { Users } from 'lucide-preact';
import { Avatar } from './avatar.tsx';

export function ConversationAvatar({
  summary,
  title,
  size = 40,
}: {
  summary: ConversationSummary;
  title: string;
  size?: 24 | 36 | 40;
}) {
  if (summary.kind === 'group')
    return (
      <span class={`avatar avatar-${size} avatar-group`} aria-hidden="true">
        <Users size={size / 2} />
      </span>
    );
  return <Avatar id={summary.peerId ?? summary.id} name={title} size={size} />;
}
