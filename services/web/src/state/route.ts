import { signal } from '@preact/signals';
import type { ConversationId } from '@storm/contracts';

/** Where the platform lies, path prefix included; the page's base knows it. */
export const rootUrl = new URL('.', document.baseURI).href;

export interface Route {
  readonly conversationId: ConversationId | null;
  /** A message to show, by sequence. */
  readonly at: number | null;
}

function read(): Route {
  const path = location.pathname.slice(new URL(rootUrl).pathname.length);
  const found = /^c\/([0-9a-f-]{36})$/.exec(path)?.[1];
  const at = Number(new URLSearchParams(location.hash.slice(1)).get('at'));
  return {
    conversationId: (found as ConversationId | undefined) ?? null,
    at: Number.isInteger(at) && at > 0 ? at : null,
  };
}

export const route = signal<Route>(read());

export const urlOf = (conversationId: ConversationId | null, at: number | null = null): string =>
  conversationId === null ? rootUrl : `${rootUrl}c/${conversationId}${at === null ? '' : `#at=${at}`}`;

export function go(conversationId: ConversationId | null, at: number | null = null): void {
  const url = urlOf(conversationId, at);
  if (url !== location.href) history.pushState(null, '', url);
  route.value = { conversationId, at };
}

addEventListener('popstate', () => {
  route.value = read();
});
