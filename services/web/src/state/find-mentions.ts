import type { InboxItem } from '@storm/contracts';
import { mentions } from '../text/mention-all.ts';
import type { Chat } from './chat.ts';

const pageSize = 100;
/** All that the platform keeps. */
const maxPages = 5;
const enough = 50;

/** The newest notifications of messages that speak to the reader, by name or to all of a group; newest first. */
export async function findMentions(
  { storm, model, user }: Chat,
  signal: AbortSignal,
): Promise<readonly InboxItem[]> {
  const found: InboxItem[] = [];
  let before: string | undefined;
  for (let page = 0; page < maxPages && found.length < enough; page++) {
    const query = { limit: pageSize, ...(before !== undefined && { before }) };
    const { items } = await storm.api.listInbox({ query }, { signal });
    for (const item of items) {
      const summary = model.conversation(item.conversationId).peek();
      // Of conversations that one has left there is nothing to show.
      if (summary !== undefined && mentions(item.preview, user.username, summary.kind === 'group'))
        found.push(item);
    }
    before = items.at(-1)?.id;
    if (items.length < pageSize) break;
  }
  return found;
}
