import { t } from '../i18n/t.ts';
import { say, tellFault } from './faults.ts';

export function copyText(text: string): void {
  navigator.clipboard.writeText(text).then(() => say(t.value.copied), tellFault);
}
