import type { LucideIcon } from 'lucide-preact';
import type { ComponentChildren } from 'preact';
import { useEffect, useLayoutEffect, useRef, useState } from 'preact/hooks';

export interface MenuItem {
  readonly label: string;
  readonly icon?: LucideIcon;
  readonly isDangerous?: boolean;
  readonly isChecked?: boolean;
  readonly act: () => void;
}

interface MenuProps {
  readonly label: string;
  readonly items: readonly MenuItem[];
  readonly class?: string;
  readonly listClass?: string;
  readonly children: ComponentChildren;
  readonly onOpenChange?: (isOpen: boolean) => void;
}

const gap = 6;
const margin = 8;

/** A button with a menu: arrows, Home, End and first letters move, Enter acts, Escape closes; in the browser's top layer. */
export function Menu({
  label,
  items,
  class: name = 'icon-button',
  listClass = '',
  children,
  onOpenChange,
}: MenuProps) {
  const [isOpen, setOpen] = useState(false);
  const button = useRef<HTMLButtonElement>(null);
  const list = useRef<HTMLDivElement>(null);

  const change = (next: boolean): void => {
    setOpen(next);
    onOpenChange?.(next);
  };
  const closeBack = (): void => {
    change(false);
    button.current?.focus();
  };
  const entries = (): HTMLElement[] => [
    ...(list.current?.querySelectorAll<HTMLElement>('[role^=menuitem]') ?? []),
  ];
  useLayoutEffect(() => {
    if (!isOpen || list.current === null || button.current === null) return;
    list.current.showPopover();
    const from = button.current.getBoundingClientRect();
    const { offsetWidth: width, offsetHeight: height } = list.current;
    const below = from.bottom + gap;
    const top = below + height > innerHeight - margin ? from.top - gap - height : below;
    const left = Math.min(from.left, innerWidth - width - margin);
    list.current.style.top = `${Math.max(margin, top)}px`;
    list.current.style.left = `${Math.max(margin, left)}px`;
    entries()[0]?.focus();
  }, [isOpen]);
  useEffect(() => {
    if (!isOpen) return;
    const outside = (event: PointerEvent): void => {
      const target = event.target as Node;
      if (!list.current?.contains(target) && !button.current?.contains(target)) change(false);
    };
    addEventListener('pointerdown', outside);
    return () => removeEventListener('pointerdown', outside);
  });

  const onKeyDown = (event: KeyboardEvent): void => {
    const all = entries();
    const at = all.indexOf(document.activeElement as HTMLElement);
    const back = at - 1 + all.length;
    const to = {
      ArrowDown: at + 1,
      ArrowRight: at + 1,
      ArrowUp: back,
      ArrowLeft: back,
      Home: 0,
      End: all.length - 1,
    }[event.key];
    if (to !== undefined) all[to % all.length]?.focus();
    else if (event.key === 'Escape' || event.key === 'Tab') closeBack();
    else if (event.key.length === 1 && !event.ctrlKey && !event.metaKey) {
      const letter = event.key.toLowerCase();
      const ordered = [...all.slice(at + 1), ...all.slice(0, at + 1)];
      ordered.find((one) => one.textContent?.trim().toLowerCase().startsWith(letter))?.focus();
    } else return;
    event.preventDefault();
    event.stopPropagation();
  };
  return (
    <>
      <button
        ref={button}
        type="button"
        class={name}
        aria-label={label}
        aria-haspopup="menu"
        aria-expanded={isOpen}
        title={label}
        onClick={() => change(!isOpen)}
      >
        {children}
      </button>
      {isOpen && (
        <div
          ref={list}
          class={`menu ${listClass}`}
          role="menu"
          aria-label={label}
          popover="manual"
          onKeyDown={onKeyDown}
        >
          {items.map(({ label: text, icon: Icon, isDangerous, isChecked, act }) => (
            <button
              key={text}
              type="button"
              role={isChecked === undefined ? 'menuitem' : 'menuitemradio'}
              aria-checked={isChecked}
              tabIndex={-1}
              class={isDangerous ? 'menu-item dangerous' : 'menu-item'}
              onClick={() => {
                closeBack();
                act();
              }}
            >
              {Icon && <Icon size={18} aria-hidden="true" />}
              <span>{text}</span>
              {isChecked && <span class="menu-check">✓</span>}
            </button>
          ))}
        </div>
      )}
    </>
  );
}
