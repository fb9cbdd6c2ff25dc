export interface Conditions {
  readonly range?: string | undefined;
  readonly ifNoneMatch?: string | undefined;
  readonly ifRange?: string | undefined;
}

/**
 * What a client's conditions come to for a file with this entity tag (RFC 9110, section 13). The object store has
 * another tag for the same bytes, so it is never asked.
 * @returns 'not-modified', or the range to read (all of it when undefined).
 */
export function decideConditions(conditions: Conditions, etag: string): 'not-modified' | { range?: string } {
  const { range, ifNoneMatch, ifRange } = conditions;
  if (ifNoneMatch !== undefined && matches(ifNoneMatch, etag)) return 'not-modified';
  // A date never matches: a file under one id does not change, and older ones had another tag.
  if (range === undefined || (ifRange !== undefined && ifRange !== etag)) return {};
  return { range };
}

const matches = (list: string, etag: string): boolean =>
  list.trim() === '*' || list.split(',').some((one) => one.trim().replace(/^W\//, '') === etag);
