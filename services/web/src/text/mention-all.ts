/** Names that mean everybody in a group; `here` everybody who is there now. */
export const namesOfAll = ['all', 'here'] as const;

/** Whether a text speaks to somebody by name, or to all of a group. */
export function mentions(text: string, username: string, isGroup: boolean): boolean {
  const named = new Set([username, ...(isGroup ? namesOfAll : [])]);
  return [...text.matchAll(/(?:^|[^\w@])@([a-z0-9][a-z0-9._-]{1,31})/g)].some(([, name = '']) =>
    [name, name.replace(/[._-]+$/, '')].some((one) => named.has(one)),
  );
}
