import { X } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useId, useLayoutEffect, useRef } from 'preact/hooks';
import { t } from '../i18n/t.ts';

interface DialogProps {
  readonly title: string;
  readonly onClose: () => void;
  readonly children: ComponentChildren;
  readonly class?: string;
  /** Only read aloud. */
  readonly isTitleHidden?: boolean;
}

/** A modal of the browser's own: it holds the focus, closes on Escape, and gives the focus back. */
export function Dialog({ title, onClose, children, class: name = '', isTitleHidden = false }: DialogProps) {
  const dialog = useRef<HTMLDialogElement>(null);
  const titleId = useId();
  const isHere = useRef(false);
  useLayoutEffect(() => {
    const before = document.activeElement;
    dialog.current?.showModal();
    // What one came for, not the button that closes it.
    dialog.current?.querySelector<HTMLElement>('[role=combobox]')?.focus();
    isHere.current = true;
    return () => {
      isHere.current = false;
      if (before instanceof HTMLElement && before.isConnected) before.focus();
    };
  }, []);
  return (
    // biome-ignore lint/a11y/useKeyWithClickEvents: the click beside it is for the mouse; Escape is the keyboard's.
    <dialog
      ref={dialog}
      class={`dialog ${name}`}
      aria-labelledby={titleId}
      // Told late: by then another may be in its place.
      onClose={() => isHere.current && onClose()}
      onClick={(event) => event.target === dialog.current && onClose()}
    >
      <div class="dialog-body">
        <div class={isTitleHidden ? 'visually-hidden' : 'dialog-header'}>
          <h2 id={titleId}>{title}</h2>
          {!isTitleHidden && (
            <button type="button" class="icon-button" aria-label={t.value.close} onClick={onClose}>
              <X size={20} />
            </button>
          )}
        </div>
        {children}
      </div>
    </dialog>
  );
}
