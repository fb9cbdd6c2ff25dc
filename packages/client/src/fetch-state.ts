import type { ConversationSummary } from '@storm/contracts';
import type { Exchange } from './exchange.ts';

export interface ConversationState {
  readonly conversations: readonly ConversationSummary[];
  /** Events after it are not in the lists yet. */
  readonly cursor: string;
}

const pageSize = 200;
const maxPages = 50;

/**
 * All conversations of the signed-in user (10,000 at most). The cursor is the first page's: what happened while the
 * later ones were read comes again as events.
 */
export async function fetchState(exchange: Exchange, signal: AbortSignal): Promise<ConversationState> {
  const conversations: ConversationSummary[] = [];
  let cursor: string | undefined;
  for (let pages = 0; pages < maxPages; pages++) {
    const after = conversations.at(-1)?.id;
    const query = { limit: pageSize, ...(after === undefined ? {} : { after }) };
    const { body: page } = await exchange.json('listConversations', { query }, { signal });
    cursor ??= page.cursor;
    conversations.push(...page.conversations);
    if (page.conversations.length < pageSize) break;
  }
  return { conversations, cursor: cursor ?? '' };
}
