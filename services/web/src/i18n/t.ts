import { computed, effect } from '@preact/signals';
import { settings } from '../state/settings.ts';
import { type Catalogue, en } from './en.ts';
import { fr } from './fr.ts';

const catalogues = { en, fr } as const;
export type Locale = keyof typeof catalogues;
export const locales = Object.keys(catalogues) as Locale[];
export const languageOf = (locale: Locale): string => catalogues[locale].language;

/** What the reader chose, else the first of the browser's languages that we have. */
export const locale = computed<Locale>(() => {
  const chosen = settings.value.locale;
  if (chosen !== null) return chosen;
  const found = navigator.languages.map((tag) => tag.slice(0, 2)).find((tag) => tag in catalogues);
  return (found as Locale | undefined) ?? 'en';
});

/** The catalogue; a component that reads `t.value` is drawn anew when the language changes. */
export const t = computed<Catalogue>(() => catalogues[locale.value]);

effect(() => {
  document.documentElement.lang = locale.value;
});
