import type { Message, MessagePage } from '@storm/contracts';

/** The bus takes 1 MB in one message. */
const maxPageBytes = 768 * 1_024;
const maxQuotedBytes = 160 * 1_024;

export interface PageAnchor {
  after?: number;
  around?: number;
}

type Page = Pick<MessagePage, 'messages' | 'quoted'>;

/**
 * A page that the bus can carry: 50 texts of full length are more than it takes. What is left out lies farthest from
 * where the page was asked for, so that it stays without a gap and the next page goes on from it.
 */
export function fitPage<P extends Page>(page: P, { after, around }: PageAnchor): P {
  if (sum(page.messages, bytesAtMost) <= maxPageBytes && sum(page.quoted, bytesAtMost) <= maxQuotedBytes)
    return page;
  const { messages } = page;
  const start =
    around !== undefined ? nearest(messages, around) : after !== undefined ? 0 : messages.length - 1;
  const kept = grow(messages, start);
  const wanted = new Set(kept.map(({ replyTo }) => replyTo));
  const quoted: Message[] = [];
  let left = maxQuotedBytes;
  for (const one of page.quoted) {
    const bytes = bytesOf(one);
    if (!wanted.has(one.seq) || bytes > left) continue;
    left -= bytes;
    quoted.push(one);
  }
  return { ...page, messages: kept, quoted };
}

/** As many as fit, to both sides by turns. */
function grow(messages: readonly Message[], start: number): Message[] {
  let [from, to] = [start, start];
  let left = maxPageBytes;
  const fits = (index: number): boolean => {
    const message = messages[index];
    if (message === undefined) return false;
    left -= bytesOf(message);
    return left >= 0;
  };
  for (let [older, newer] = [true, fits(to)]; older || newer; ) {
    if (newer) to++;
    older &&= fits(from - 1);
    if (older) from--;
    newer &&= fits(to);
  }
  return messages.slice(from, to);
}

const nearest = (messages: readonly Message[], seq: number): number => {
  const found = messages.findIndex((one) => one.seq >= seq);
  return found === -1 ? Math.max(0, messages.length - 1) : found;
};

const bytesOf = (message: Message): number => Buffer.byteLength(JSON.stringify(message));

/** Without writing it out: six bytes are the most that a character takes. */
const bytesAtMost = ({ text, attachments, reactions = [] }: Message): number =>
  600 +
  text.length * 6 +
  attachments.length * 2_500 +
  reactions.reduce((bytes, { userIds }) => bytes + 100 + userIds.length * 40, 0);

const sum = (messages: readonly Message[], of: (message: Message) => number): number =>
  messages.reduce((total, message) => total + of(message), 0);
