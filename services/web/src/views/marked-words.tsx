const leadLength = 40;

/** A line of text from shortly before the first of the words, which are letters and digits; all of them marked. */
export function MarkedWords({ text, words }: { text: string; words: readonly string[] }) {
  if (words.length === 0) return <>{text}</>;
  const pattern = new RegExp(`(?<![\\p{L}\\p{N}])(${words.join('|')})`, 'giu');
  const first = text.search(pattern);
  const start = first > 2 * leadLength ? text.indexOf(' ', first - leadLength) + 1 : 0;
  const shown = start > 0 && start <= first ? `… ${text.slice(start)}` : text;
  // Of what is split by a group, every other part is what was found.
  return (
    <>
      {shown.split(pattern).map((part, index) => (index % 2 === 1 ? <mark key={index}>{part}</mark> : part))}
    </>
  );
}
