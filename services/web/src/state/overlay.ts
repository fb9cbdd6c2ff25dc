import { signal } from '@preact/signals';
import type { Attachment, Message } from '@storm/contracts';

/** What lies over the conversation: one thing at a time. */
export type Overlay =
  | { readonly kind: 'switcher' | 'search' | 'mentions' | 'new' | 'settings' | 'shortcuts' }
  | { readonly kind: 'add-members'; readonly conversationId: string }
  | { readonly kind: 'forward' | 'edits' | 'react'; readonly message: Message }
  | { readonly kind: 'viewer'; readonly pictures: readonly Attachment[]; readonly index: number };

export const overlay = signal<Overlay | null>(null);
export const openOverlay = (next: Overlay): void => {
  overlay.value = next;
};
export const closeOverlay = (): void => {
  overlay.value = null;
};

/** The member panel beside the conversation. */
export const isPanelOpen = signal(false);
