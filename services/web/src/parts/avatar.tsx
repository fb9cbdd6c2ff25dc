import { initialsOf } from '../text/names.ts';

const colours = 10;

/** A colour that goes with an id, and the initials of a name. Only decoration: the name stands beside it. */
export function Avatar({ id, name, size = 40 }: { id: string; name: string; size?: 24 | 32 | 36 | 40 | 72 }) {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0;
  return (
    <span class={`avatar avatar-${size} colour-${sum % colours}`} aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}
