import type { ConversationSummary, MediaId } from '@storm/contracts';
import { t } from '../i18n/t.ts';
import type { Chat } from '../state/chat.ts';
import { useMediaUrl } from '../state/media-urls.ts';
import { initialsOf } from '../text/names.ts';
import { Avatar, colourOf } from './avatar.tsx';

interface ConversationAvatarProps {
  readonly chat: Chat;
  readonly summary: ConversationSummary;
  readonly title: string;
  readonly size?: 24 | 36 | 40 | 72;
}

export function ConversationAvatar({ chat, summary, title, size = 40 }: ConversationAvatarProps) {
  if (summary.kind === 'direct') {
    const isOnline = summary.peerId !== null && chat.model.presence(summary.peerId).value?.online === true;
    return (
      <span class="avatar-place">
        <Avatar id={summary.peerId ?? summary.id} name={title} size={size} />
        {isOnline && <span class="online-dot" role="img" aria-label={t.value.present} />}
      </span>
    );
  }
  return (
    <span class={`avatar avatar-${size} avatar-group ${colourOf(summary.id)}`} aria-hidden="true">
      {summary.pictureId === null ? (
        initialsOf(title)
      ) : (
        <GroupPicture chat={chat} mediaId={summary.pictureId} />
      )}
    </span>
  );
}

function GroupPicture({ chat, mediaId }: { chat: Chat; mediaId: MediaId }) {
  const media = chat.model.media(mediaId).value;
  const isReady = media?.status === 'ready';
  const url = useMediaUrl(chat, mediaId, media?.hasThumbnail ? 'thumbnail' : 'original', isReady);
  return url ? <img src={url} alt="" /> : null;
}
