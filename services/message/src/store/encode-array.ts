const special = /["\\]/;
const specials = /["\\]/g;
const escapeText = (value: string): string => (special.test(value) ? value.replace(specials, '\\$&') : value);

/**
 * A one-dimensional Postgres array of texts as its input syntax has it. The driver's own encoder asks of every element
 * what it is and goes over it twice, and a batch has six arrays with an element for each send.
 */
export const encodeTexts = (values: readonly string[]): string =>
  values.length === 0 ? '{}' : `{"${values.map(escapeText).join('","')}"}`;

/** As `encodeTexts`, where an element may be missing. */
export const encodeOptionalTexts = (values: readonly (string | null)[]): string =>
  `{${values.map((value) => (value === null ? 'NULL' : `"${escapeText(value)}"`)).join(',')}}`;
