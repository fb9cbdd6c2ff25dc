import { focusComposer } from '../state/focus-composer.ts';

/** Up and down between messages; Escape goes back to writing. */
export function moveThroughMessages(event: KeyboardEvent): void {
  if (event.key === 'Escape') {
    focusComposer();
    return;
  }
  if ((event.key !== 'ArrowUp' && event.key !== 'ArrowDown') || event.altKey) return;
  const rows = [...document.querySelectorAll<HTMLElement>('.message')];
  const current = (document.activeElement as HTMLElement | null)?.closest<HTMLElement>('.message');
  const at = current ? rows.indexOf(current) : rows.length;
  const next = rows[at + (event.key === 'ArrowDown' ? 1 : -1)];
  if (next === undefined) {
    if (event.key === 'ArrowDown') focusComposer();
    return;
  }
  event.preventDefault();
  next.focus({ preventScroll: true });
  next.scrollIntoView({ block: 'nearest' });
}
