export const composerId = 'composer';

export function focusComposer(): void {
  const field = document.getElementById(composerId);
  if (field instanceof HTMLTextAreaElement) {
    field.focus({ preventScroll: true });
    field.setSelectionRange(field.value.length, field.value.length);
  }
}

/** After a dialog that led to another conversation has closed, and that conversation is drawn. */
export function focusComposerSoon(): void {
  if (hasKeyboard()) setTimeout(focusComposer, 60);
}

/** A finger that opens a conversation does not want the keyboard over half of it. */
export const hasKeyboard = (): boolean => matchMedia('(hover: hover) and (pointer: fine)').matches;
