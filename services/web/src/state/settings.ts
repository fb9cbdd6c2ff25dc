import { effect, signal } from '@preact/signals';
import type { Locale } from '../i18n/t.ts';

export type Level = 'all' | 'mentions' | 'none';

/** What a reader chose on this device. */
export interface Settings {
  readonly theme: 'system' | 'light' | 'dark';
  /** Null: the browser's. */
  readonly locale: Locale | null;
  readonly notifications: boolean;
  readonly doNotDisturb: boolean;
  /** By conversation; `all` when absent. */
  readonly levels: Readonly<Record<string, Level>>;
}

const key = 'storm.settings';
const standard: Settings = {
  theme: 'system',
  locale: null,
  notifications: false,
  doNotDisturb: false,
  levels: {},
};

function read(): Settings {
  try {
    return { ...standard, ...(JSON.parse(localStorage.getItem(key) ?? '{}') as Partial<Settings>) };
  } catch {
    return standard; // Written by hand or by another version: as if nothing was chosen.
  }
}

export const settings = signal(read());

export function changeSettings(change: Partial<Settings>): void {
  settings.value = { ...settings.value, ...change };
  localStorage.setItem(key, JSON.stringify(settings.value));
}

addEventListener('storage', (event) => {
  if (event.key === key) settings.value = read();
});

const prefersDark = matchMedia('(prefers-color-scheme: dark)');
const systemTheme = signal<'light' | 'dark'>(prefersDark.matches ? 'dark' : 'light');
prefersDark.addEventListener('change', () => {
  systemTheme.value = prefersDark.matches ? 'dark' : 'light';
});
effect(() => {
  const { theme } = settings.value;
  document.documentElement.dataset.theme = theme === 'system' ? systemTheme.value : theme;
});
