import createPurify from 'dompurify';
import { Marked } from 'marked';

const marked = new Marked({
  gfm: true,
  breaks: true,
  renderer: {
    // What looks like HTML is text.
    html: ({ text }) => escapeHtml(text),
    // Pictures are attachments; one from elsewhere would tell its owner who reads.
    image: ({ href, text }) => `${escapeHtml(text)} ${escapeHtml(href)}`,
    heading({ tokens }) {
      return `<p><strong>${this.parser.parseInline(tokens)}</strong></p>`;
    },
    checkbox: ({ checked }) => (checked ? '☑ ' : '☐ '),
  },
});

const purify = createPurify(window);
purify.addHook('afterSanitizeAttributes', (node) => {
  if (node.tagName !== 'A') return;
  node.setAttribute('target', '_blank');
  node.setAttribute('rel', 'noopener noreferrer nofollow');
});
const allowed = {
  ALLOWED_TAGS: [
    ...['p', 'br', 'strong', 'em', 'del', 'code', 'pre', 'blockquote', 'ul', 'ol', 'li', 'a', 'hr'],
    ...['table', 'thead', 'tbody', 'tr', 'th', 'td', 'mark'],
  ],
  ALLOWED_ATTR: ['href', 'start', 'class', 'target', 'rel'],
  ALLOWED_URI_REGEXP: /^(?:https?|mailto|tel):/i,
  ALLOW_DATA_ATTR: false,
};

const kept = new Map<string, string>();
const maxKept = 800;

/** Nothing in it is markdown, a link or HTML: no parser is needed. */
const isPlain = (text: string): boolean =>
  !/[*_~`#<>&[\]|\\@]|https?:|www\.|^\s*(?:[-+=]|\d+[.)])|\n/im.test(text);

/** @returns HTML without script, foreign pictures, styles or unknown addresses */
export function renderMarkdown(text: string, mentionNames: readonly string[] = []): string {
  if (isPlain(text)) return `<p>${escapeHtml(text)}</p>`;
  const key = `${mentionNames.join()} ${text}`;
  const found = kept.get(key);
  if (found !== undefined) return found;
  const raw = marked.parse(text, { async: false });
  const html = markMentions(purify.sanitize(raw, allowed), mentionNames);
  if (kept.size >= maxKept) kept.delete(kept.keys().next().value ?? '');
  kept.set(key, html);
  return html;
}

/** Names after an @, in what is text: between tags, where every character of markup is escaped already. */
function markMentions(html: string, names: readonly string[]): string {
  if (names.length === 0 || !html.includes('@')) return html;
  const known = new Set(names);
  return html
    .split(/(<[^>]*>)/)
    .map((part) =>
      part.startsWith('<')
        ? part
        : part.replace(/(^|[^\w@])@([a-z0-9][a-z0-9._-]{1,31})/g, (whole, before: string, name: string) => {
            const exact = known.has(name) ? name : name.replace(/[._-]+$/, '');
            if (!known.has(exact)) return whole;
            return `${before}<mark>@${exact}</mark>${name.slice(exact.length)}`;
          }),
    )
    .join('');
}

function escapeHtml(text: string): string {
  return text.replace(
    /[&<>"']/g,
    (letter) => ({ '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' })[letter] ?? letter,
  );
}

/** One to three emoji and nothing else: drawn large. */
export const isOnlyEmoji = (text: string): boolean =>
  text.length <= 30 &&
  /^(?:\p{Extended_Pictographic}(?:\p{Emoji_Modifier}|\uFE0F|\u200D\p{Extended_Pictographic})*\s*){1,3}$/u.test(
    text,
  );
