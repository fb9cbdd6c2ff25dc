import english from 'emoji-picker-element/i18n/en.js';
import french from 'emoji-picker-element/i18n/fr.js';
import Picker from 'emoji-picker-element/picker.js';
import { useEffect, useRef } from 'preact/hooks';
import { locale } from '../i18n/t.ts';

/** File names in the folder of this module, by language; the build puts them there. */
declare const STORM_EMOJI_DATA: Readonly<Record<'en' | 'fr', string>>;

const words = { en: english, fr: french };

export default function EmojiPicker({
  onPick,
  onClose,
}: {
  onPick: (emoji: string) => void;
  onClose: () => void;
}) {
  const place = useRef<HTMLDivElement>(null);
  useEffect(() => {
    const picker = new Picker({
      locale: locale.value,
      dataSource: new URL(STORM_EMOJI_DATA[locale.value], import.meta.url).href,
      i18n: words[locale.value],
    });
    picker.addEventListener('emoji-click', (event) => {
      if (event.detail.unicode !== undefined) onPick(event.detail.unicode);
    });
    place.current?.append(picker);
    requestAnimationFrame(() => picker.shadowRoot?.querySelector<HTMLElement>('input')?.focus());
    const outside = (event: PointerEvent): void => {
      const around = place.current?.closest('.emoji-place') ?? place.current;
      if (!around?.contains(event.target as Node)) onClose();
    };
    addEventListener('pointerdown', outside);
    return () => {
      removeEventListener('pointerdown', outside);
      picker.remove();
    };
  }, []);
  return (
    <div
      ref={place}
      class="emoji-popover"
      onKeyDown={(event) => {
        if (event.key !== 'Escape') return;
        event.stopPropagation();
        onClose();
      }}
    />
  );
}
