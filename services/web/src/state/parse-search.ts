import type { ConversationId, UserId } from '@storm/contracts';
import { folded, titleOf } from '../text/names.ts';
import type { Chat } from './chat.ts';
import { knownPeople } from './find-people.ts';

export interface ParsedSearch {
  readonly q?: string;
  readonly from?: UserId;
  readonly in?: ConversationId;
  readonly before?: string;
  readonly after?: string;
  readonly has?: 'file' | 'image' | 'link';
}

/** What was typed, as the platform wants it; `unknown` when a name in it is nobody's. */
export function parseSearch(chat: Chat, typed: string): { query: ParsedSearch } | { unknown: string } {
  const query: { -readonly [K in keyof ParsedSearch]: ParsedSearch[K] } = {};
  const words: string[] = [];
  for (const part of typed.match(/\S*"[^"]*"|\S+/g) ?? []) {
    const [, operator, quoted] = /^(from|in|before|after|has):(.+)$/i.exec(part) ?? [];
    const name = operator?.toLowerCase();
    const value = quoted?.replaceAll('"', '') ?? '';
    if (name === undefined) words.push(part);
    else if (name === 'from') {
      const found = findPerson(chat, value);
      if (found === undefined) return { unknown: value };
      query.from = found;
    } else if (name === 'in') {
      const found = findConversation(chat, value);
      if (found === undefined) return { unknown: value };
      query.in = found;
    } else if (name === 'has') {
      if (value !== 'file' && value !== 'image' && value !== 'link') return { unknown: value };
      query.has = value;
    } else if (name === 'before' || name === 'after') {
      const at = dayOf(value);
      if (at === undefined) return { unknown: value };
      query[name] = at.toISOString();
    }
  }
  if (words.length > 0) query.q = words.join(' ').slice(0, 256);
  return { query };
}

/** A day begins where the reader is; without a zone, a date alone would be one of Greenwich. */
function dayOf(value: string): Date | undefined {
  const at = new Date(/^\d{4}-\d{1,2}-\d{1,2}$/.test(value) ? `${value}T00:00` : value);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

function findPerson(chat: Chat, value: string): UserId | undefined {
  const wanted = folded(value).replace(/^@/, '');
  if (wanted === 'me' || wanted === chat.user.username) return chat.user.id;
  const members = chat.model.order.value.flatMap((id) => chat.model.details(id).value?.members ?? []);
  const people = members.flatMap(({ userId }) => chat.model.profile(userId).value ?? []);
  const fits = [...knownPeople(chat), ...people].find(
    ({ username, displayName }) => username.startsWith(wanted) || folded(displayName).startsWith(wanted),
  );
  return fits?.id;
}

function findConversation(chat: Chat, value: string): ConversationId | undefined {
  return chat.model.order.value.find((id) => {
    const summary = chat.model.conversation(id).value;
    return summary !== undefined && folded(titleOf(chat, summary)).includes(folded(value));
  });
}
