import { initialsOf } from '../text/names.ts';

const colours = 10;

/** The colour that goes with an id. */
export function colourOf(id: string): string {
  let sum = 0;
  for (const letter of id) sum = (sum * 31 + letter.charCodeAt(0)) >>> 0;
  return `colour-${sum % colours}`;
}

/** A colour that goes with an id, and the initials of a name. Only decoration: the name stands beside it. */
export function Avatar({ id, name, size = 40 }: { id: string; name: string; size?: 24 | 32 | 36 | 40 | 72 }) {
  return (
    <span class={`avatar avatar-${size} ${colourOf(id)}`} aria-hidden="true">
      {initialsOf(name)}
    </span>
  );
}
