import type { Message } from '@storm/contracts';

const maxLength = 140;

/** One line that says what a message is about: the begin of its text, or the names of its files. */
export function preview({ text, attachments }: Pick<Message, 'text' | 'attachments'>): string {
  const names = (): string => attachments.map((one) => one.name).join(', ');
  // Whatever is cut off, the first characters of a text of any length are enough to fill the line.
  const line = oneLine(text.slice(0, maxLength * 4)) || oneLine(names());
  if (line.length <= maxLength) return line;
  // Not between the halves of a surrogate pair.
  return `${line.slice(0, maxLength - 1).replace(/[\ud800-\udbff]$/, '')}…`;
}

const oneLine = (text: string): string => text.replaceAll(/\s+/g, ' ').trim();
