import { signal } from '@preact/signals';
import type { Message } from '@storm/contracts';
import { stopEditing } from './editing.ts';
import { focusComposer } from './focus-composer.ts';

/** The message that what is being written answers. */
export const replying = signal<Message | null>(null);

export function startReply(message: Message): void {
  stopEditing();
  replying.value = message;
  requestAnimationFrame(focusComposer);
}

export function stopReply(): void {
  replying.value = null;
  requestAnimationFrame(focusComposer);
}
