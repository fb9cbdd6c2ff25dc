import type { ConversationSummary, Message, User, UserId } from '@storm/contracts';
import { t } from '../i18n/t.ts';
import type { Chat } from '../state/chat.ts';

export const nameOf = (user: User | undefined): string => user?.displayName ?? t.value.unknownPerson;

export const personName = (chat: Chat, id: UserId): string => nameOf(chat.model.profile(id).value);

/** What a conversation is called by the one who looks at it. */
export function titleOf(chat: Chat, summary: ConversationSummary): string {
  if (summary.kind === 'group') return summary.name ?? t.value.newGroup;
  return summary.peerId === null ? t.value.directConversation : personName(chat, summary.peerId);
}

/** A message in one line. */
export function previewOf(message: Pick<Message, 'text' | 'attachments' | 'deletedAt' | 'hidden'>): string {
  const { text, attachments } = message;
  if (message.hidden) return t.value.hiddenMessage;
  if (message.deletedAt !== undefined) return t.value.deletedMessage;
  if (text.trim() !== '')
    return text
      .replace(/[*_~`>#]+/g, '')
      .replace(/\s+/g, ' ')
      .trim();
  const [first] = attachments;
  if (first === undefined) return '';
  if (attachments.length > 1) return t.value.files(attachments.length);
  const kind = first.contentType.split('/')[0];
  if (kind === 'image') return t.value.photo;
  if (kind === 'video') return t.value.video;
  return kind === 'audio' ? t.value.audio : first.name;
}

/** Two letters for a picture of somebody who has none. */
export function initialsOf(name: string): string {
  const words = name.trim().split(/\s+/);
  const letters = [words[0], words.length > 1 ? words.at(-1) : undefined];
  return letters
    .map((word) => Array.from(word ?? '')[0] ?? '')
    .join('')
    .toLocaleUpperCase();
}

/** Without marks and case, for comparing what was typed with names. */
export const folded = (text: string): string =>
  text.normalize('NFD').replace(/\p{M}/gu, '').toLocaleLowerCase();
