import { toasts } from '../state/faults.ts';

export function Toasts() {
  return (
    <div class="toasts" role="status" aria-live="polite">
      {toasts.value.map(({ id, text, isFault }) => (
        <p key={id} class={isFault ? 'toast fault' : 'toast'}>
          {text}
        </p>
      ))}
    </div>
  );
}
