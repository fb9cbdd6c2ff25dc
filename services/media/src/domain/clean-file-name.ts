import { problems } from '../problems.ts';

/** Characters that turn the reading direction: `gpj.exe` would read as `exe.jpg`. */
const directionMarks = /[\u200e\u200f\u202a-\u202e\u2066-\u2069]/gu;

/**
 * The last part of a path, without what a file system or a reader could be fooled by.
 * @throws Problem `invalid-file-name` when nothing is left.
 */
export function cleanFileName(given: string): string {
  const name = given
    .normalize('NFC')
    .replaceAll(directionMarks, '')
    .replaceAll(/\p{Cc}|\p{Cs}|\p{Zl}|\p{Zp}/gu, '')
    .split(/[/\\]/)
    .at(-1)
    ?.trim();
  if (!name || /^\.+$/.test(name)) throw problems['invalid-file-name']();
  return name.slice(0, 255).replace(/\p{Cs}$/u, '');
}
