/**
 * Answers to commands. `Storm-Reply` names the inbox of one command; where its last token but one is `batch`, whoever
 * answers may tell several outcomes at once: one message to the inbox with `-` in place of the last token, which holds a
 * list of outcomes, each with the token that it is for.
 */
const mark = '.batch.';
const all = '-';

/** One outcome in a batch: token, whether it is a problem, and the answer or the problem. */
export type BatchedReply = readonly [token: string, isProblem: 0 | 1, answer: unknown];

/** The inbox for one command. `prefix` ends without a dot. */
export const replyInbox = (prefix: string, token: string): string => prefix + mark + token;

/** Where several outcomes at once are heard; and the last token of each. */
export const replyBatchToken = all;

/** Takes an inbox apart. @returns null when outcomes cannot go to it together. */
export function parseReplyInbox(inbox: string): { batch: string; token: string } | null {
  const at = inbox.lastIndexOf('.') + 1;
  if (at < mark.length || !inbox.startsWith(mark, at - mark.length)) return null;
  return { batch: inbox.slice(0, at) + all, token: inbox.slice(at) };
}
