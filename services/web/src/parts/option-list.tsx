import type { ComponentChildren } from 'preact';
import { useEffect, useId, useRef, useState } from 'preact/hooks';

interface OptionListProps<T> {
  readonly label: string;
  readonly placeholder: string;
  readonly typed: string;
  readonly onType: (typed: string) => void;
  readonly options: readonly T[];
  readonly keyOf: (option: T) => string;
  readonly draw: (option: T) => ComponentChildren;
  readonly onChoose: (option: T) => void;
  /** Said when there is nothing. */
  readonly empty: string;
}

/** A field with a list under it: arrows move, Enter chooses, and the focus stays in the field (ARIA combobox). */
export function OptionList<T>(props: OptionListProps<T>) {
  const { label, placeholder, typed, onType, options, keyOf, draw, onChoose, empty } = props;
  const [chosen, setChosen] = useState(0);
  const field = useRef<HTMLInputElement>(null);
  const listId = useId();
  const current = Math.min(chosen, Math.max(0, options.length - 1));
  const optionId = (index: number): string => `${listId}-${index}`;
  useEffect(() => field.current?.focus(), []);
  useEffect(() => {
    document.getElementById(optionId(current))?.scrollIntoView({ block: 'nearest' });
  }, [current]);
  const onKeyDown = (event: KeyboardEvent): void => {
    if (event.isComposing) return;
    const by = { ArrowDown: 1, ArrowUp: -1 }[event.key];
    if (by !== undefined && options.length > 0) setChosen((current + by + options.length) % options.length);
    else if (event.key === 'Enter') {
      const option = options[current];
      if (option !== undefined) onChoose(option);
    } else return;
    event.preventDefault();
  };
  return (
    <div class="option-list">
      <input
        ref={field}
        type="text"
        class="option-field"
        role="combobox"
        aria-label={label}
        aria-expanded={options.length > 0}
        aria-controls={listId}
        aria-autocomplete="list"
        aria-activedescendant={options.length > 0 ? optionId(current) : undefined}
        placeholder={placeholder}
        value={typed}
        autocomplete="off"
        spellcheck={false}
        onInput={(event) => {
          onType(event.currentTarget.value);
          setChosen(0);
        }}
        onKeyDown={onKeyDown}
      />
      <div class="options" role="listbox" id={listId} aria-label={label}>
        {options.map((option, index) => (
          // biome-ignore lint/a11y/useFocusableInteractive lint/a11y/useKeyWithClickEvents: the field keeps the focus and has the keys.
          <div
            key={keyOf(option)}
            id={optionId(index)}
            role="option"
            class="option"
            aria-selected={index === current}
            onPointerDown={(event) => event.preventDefault()}
            onPointerMove={() => setChosen(index)}
            onClick={() => onChoose(option)}
          >
            {draw(option)}
          </div>
        ))}
      </div>
      {options.length === 0 && (
        <p class="option-empty" role="status">
          {empty}
        </p>
      )}
    </div>
  );
}
