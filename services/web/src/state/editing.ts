import { signal } from '@preact/signals';
import type { Message } from '@storm/contracts';
import { focusComposer } from './focus-composer.ts';

/** The message whose text is in the field to be changed. */
export const editing = signal<Message | null>(null);

export function startEditing(message: Message): void {
  editing.value = message;
  requestAnimationFrame(focusComposer);
}

export function stopEditing(): void {
  editing.value = null;
  requestAnimationFrame(focusComposer);
}
