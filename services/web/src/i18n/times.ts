import { computed } from '@preact/signals';
import { locale, t } from './t.ts';

/** Times as the reader's language and zone have them. Formatters are slow to make, so each is made once a language. */
const formats = computed(() => {
  // The reader's own kind of their language: en-GB has other times than en-US.
  const tag = navigator.languages.find((one) => one.startsWith(locale.value)) ?? locale.value;
  return formatsOf(tag);
});

const formatsOf = (tag: string) => ({
  time: new Intl.DateTimeFormat(tag, { timeStyle: 'short' }),
  full: new Intl.DateTimeFormat(tag, { dateStyle: 'full', timeStyle: 'short' }),
  day: new Intl.DateTimeFormat(tag, { weekday: 'long', day: 'numeric', month: 'long' }),
  dayOfYear: new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'long', year: 'numeric' }),
  weekday: new Intl.DateTimeFormat(tag, { weekday: 'short' }),
  soon: new Intl.DateTimeFormat(tag, { weekday: 'short', hour: 'numeric', minute: '2-digit' }),
  short: new Intl.DateTimeFormat(tag, { day: 'numeric', month: 'short' }),
});

const dayMs = 86_400_000;
export const dayOf = (at: Date): number => new Date(at.getFullYear(), at.getMonth(), at.getDate()).getTime();
const daysAgo = (at: Date): number => Math.round((dayOf(new Date()) - dayOf(at)) / dayMs);

export const formatTime = (at: Date): string => formats.value.time.format(at);
export const formatFull = (at: Date): string => formats.value.full.format(at);

/** A time in the days to come. */
export const formatSoon = (at: Date): string =>
  daysAgo(at) === 0 ? formatTime(at) : formats.value.soon.format(at);

/** For the line between two days. */
export function formatDay(at: Date): string {
  const ago = daysAgo(at);
  if (ago === 0) return t.value.today;
  if (ago === 1) return t.value.yesterday;
  return at.getFullYear() === new Date().getFullYear()
    ? formats.value.day.format(at)
    : formats.value.dayOfYear.format(at);
}

/** For a list: the time today, the day of the week this week, else the date. */
export function formatWhen(at: Date): string {
  const ago = daysAgo(at);
  if (ago <= 0) return formatTime(at);
  if (ago === 1) return t.value.yesterday;
  return ago < 7 ? formats.value.weekday.format(at) : formats.value.short.format(at);
}

export function formatBytes(bytes: number): string {
  const units = ['byte', 'kilobyte', 'megabyte', 'gigabyte'] as const;
  let value = bytes;
  let unit = 0;
  for (; value >= 1_000 && unit < units.length - 1; unit++) value /= 1_000;
  return new Intl.NumberFormat(locale.value, {
    style: 'unit',
    unit: units[unit] ?? 'byte',
    unitDisplay: unit === 0 ? 'long' : 'short',
    maximumFractionDigits: value < 10 && unit > 0 ? 1 : 0,
  }).format(value);
}
