/**
 * Which revision each part of a conversation is known at. Events of two changes may come in either order and again; a
 * part takes what is newer than what it was told last, and newer than the fetched state that it stands in.
 */
export interface Facets {
  /** The state was fetched: all parts are as of this revision. */
  rebase(revision: number): void;
  /** Whether this is news of the part; an event from before revisions always is. */
  isNews(part: string, revision: number | undefined): boolean;
}

export function createFacets(): Facets {
  const told = new Map<string, number>();
  let base = -1;
  return {
    rebase(revision) {
      base = revision;
      told.clear();
    },
    isNews(part, revision) {
      if (revision === undefined) return true;
      if (revision <= Math.max(base, told.get(part) ?? -1)) return false;
      told.set(part, revision);
      return true;
    },
  };
}
