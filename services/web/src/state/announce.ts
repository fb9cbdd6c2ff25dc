import { signal } from '@preact/signals';

/** What a screen reader says next. */
export const announced = signal('');

export function announce(text: string): void {
  // The same words twice are said twice.
  announced.value = announced.value === text ? `${text}\u00a0` : text;
}
