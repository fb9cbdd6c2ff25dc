import type { SigningKey } from './signing-key.ts';

const dayMs = 86_400_000;
const minuteMs = 60_000;

/** A key signs for so long. */
export const keyLifetimeMs = 30 * dayMs;
/** A new key is published so long before it signs. */
export const publishAheadMs = 60 * minuteMs;
/** A key that signs no more is published until the last token it signed has expired, with room for clocks. */
export const publishAfterMs = 30 * minuteMs;

export interface KeyPlan {
  readonly signing: SigningKey | undefined;
  readonly published: readonly SigningKey[];
  readonly retired: readonly SigningKey[];
  readonly nextSignsFrom: Date | null;
}

/** What each stored key is for at `now`, and from when a further one should sign. */
export function planKeys(keys: readonly SigningKey[], now: Date): KeyPlan {
  const ascending = keys.toSorted((a, b) => a.signsFrom.getTime() - b.signsFrom.getTime());
  // The very first one may be a moment ahead of this clock.
  const signing = ascending.findLast((key) => key.signsFrom <= now) ?? ascending[0];
  const isRetired = (_: SigningKey, index: number): boolean => {
    const successor = ascending[index + 1];
    return successor !== undefined && successor.signsFrom.getTime() + publishAfterMs < now.getTime();
  };
  const newest = ascending.at(-1);
  return {
    signing,
    published: ascending.filter((key, index) => !isRetired(key, index)),
    retired: ascending.filter(isRetired),
    nextSignsFrom: nextSignsFrom(newest, now),
  };
}

function nextSignsFrom(newest: SigningKey | undefined, now: Date): Date | null {
  if (newest === undefined) return now;
  const dueAt = newest.signsFrom.getTime() + keyLifetimeMs;
  return dueAt - publishAheadMs <= now.getTime() ? new Date(now.getTime() + publishAheadMs) : null;
}
