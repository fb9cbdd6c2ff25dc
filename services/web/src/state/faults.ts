import { signal } from '@preact/signals';
import { StormProblem } from '@storm/client';
import type { Catalogue } from '../i18n/en.ts';
import { t } from '../i18n/t.ts';

export interface Toast {
  readonly id: number;
  readonly text: string;
  readonly isFault: boolean;
}

export const toasts = signal<readonly Toast[]>([]);
let count = 0;
const shownMs = 5_000;

export function say(text: string, isFault = false): void {
  const toast = { id: ++count, text, isFault };
  toasts.value = [...toasts.value.filter((one) => one.text !== text).slice(-2), toast];
  setTimeout(() => {
    toasts.value = toasts.value.filter(({ id }) => id !== toast.id);
  }, shownMs);
}

const byCode: Readonly<Record<string, keyof Catalogue>> = {
  'network-unreachable': 'problemNetwork',
  'timed-out': 'problemNetwork',
  disconnected: 'problemNetwork',
  'service-unavailable': 'problemNetwork',
  'invalid-credentials': 'problemCredentials',
  'username-taken': 'problemUsernameTaken',
  'too-many-requests': 'problemRateLimited',
  'rate-limited': 'problemRateLimited',
  forbidden: 'problemForbidden',
  'payload-too-large': 'problemTooLarge',
  'invalid-request': 'problemInvalid',
  'conversation-not-found': 'conversationGone',
};

/** What a problem means to a reader, in their language. */
export function explain(error: unknown): string {
  if (!(error instanceof StormProblem)) return t.value.problemUnknown;
  const key = byCode[error.code] ?? (error.status === 403 ? 'problemForbidden' : 'problemUnknown');
  return t.value[key] as string;
}

/** Where what nobody handles ends: a line for the reader, the rest for the console. */
export function tellFault(error: unknown): void {
  if (!(error instanceof StormProblem)) console.error(error);
  if (error instanceof StormProblem && error.code === 'not-signed-in') return;
  say(explain(error), true);
}
