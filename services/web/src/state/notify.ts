import { effect } from '@preact/signals';
import { isMuted } from '@storm/client/model';
import type { Message } from '@storm/contracts';
import { t } from '../i18n/t.ts';
import { mentions } from '../text/mention-all.ts';
import { personName, previewOf, titleOf } from '../text/names.ts';
import { announce } from './announce.ts';
import { type Chat, chat } from './chat.ts';
import { go, route } from './route.ts';
import { settings } from './settings.ts';

const iconSize = 64;

/** Title, icon, the reader's voice and the browser's notifications, from what comes in. @returns what ends it */
export function startNotifying(current: Chat): () => void {
  const { model, storm } = current;
  const offTitle = effect(() => {
    const count = model.unreadTotal.value;
    const id = route.value.conversationId;
    const summary = id === null ? undefined : model.conversation(id).value;
    const title =
      summary === undefined ? t.value.appName : `${titleOf(current, summary)} · ${t.value.appName}`;
    document.title = count > 0 ? `(${count}) ${title}` : title;
    drawIcon(count > 0);
  });
  const offMessages = storm.on('message-stored.v1', (message) => {
    if (message.senderId === current.user.id) return;
    const summary = model.conversation(message.conversationId).peek();
    if (summary === undefined) return;
    const name = personName(current, message.senderId);
    const where = titleOf(current, summary);
    const isOpen = route.value.conversationId === message.conversationId;
    announce(isOpen ? `${name}: ${previewOf(message)}` : t.value.newMessageFrom(name, where));
    if (!(isOpen && document.hasFocus())) showNotification(current, message, name, where);
  });
  return () => {
    offTitle();
    offMessages();
    document.title = t.value.appName;
    drawIcon(false);
  };
}

function showNotification(current: Chat, message: Message, name: string, where: string): void {
  const { notifications, doNotDisturb, levels } = settings.value;
  const level = levels[message.conversationId] ?? 'all';
  const summary = current.model.conversation(message.conversationId).peek();
  if (summary !== undefined && isMuted(summary)) return;
  if (!notifications || doNotDisturb || level === 'none' || Notification.permission !== 'granted') return;
  const isMeant = mentions(message.text, current.user.username, summary?.kind === 'group');
  if (level === 'mentions' && !isMeant) return;
  // The tag lets several tabs show it once.
  const shown = new Notification(name === where ? name : `${name} · ${where}`, {
    body: previewOf(message),
    tag: message.id,
    icon: new URL('icon.svg', document.baseURI).href,
  });
  shown.onclick = () => {
    window.focus();
    if (chat.value === current) go(message.conversationId, message.seq);
    shown.close();
  };
}

let drawn: boolean | undefined;

function drawIcon(hasUnread: boolean): void {
  if (drawn === hasUnread) return;
  drawn = hasUnread;
  const link = document.querySelector<HTMLLinkElement>('link[rel=icon]');
  if (link === null) return;
  const dot = hasUnread ? '<circle cx="50" cy="14" r="14" fill="%23e5484d"/>' : '';
  const picture = `<rect width="64" height="64" rx="16" fill="%234f46e5"/><path d="M36 9 16 36h13l-3 19 22-28H34z" fill="%23fff"/>`;
  link.href = `data:image/svg+xml,<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${iconSize} ${iconSize}">${picture}${dot}</svg>`;
}

/** Asks the browser's leave, which only a click may. */
export async function allowNotifications(): Promise<boolean> {
  return 'Notification' in window && (await Notification.requestPermission()) === 'granted';
}
