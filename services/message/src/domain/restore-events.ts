import type { Logger, Publisher } from '@storm/runtime';
import type { MessageStore } from '../store/message-store.ts';
import { maxToldTogether } from '../store/teller.ts';
import { storedEvents } from './stored-message.ts';

const pageSize = 2_000;
/** Events are told side by side: one may stand before another that was stored so much earlier. */
const marginMs = 5_000;
/** A stream that is new holds nothing: this far back is told again to those who read it late (notifications). */
const newStreamWindowMs = 15 * 60_000;

/**
 * Tells again the stored messages that the event stream no longer has, in the order in which they were stored: one that
 * crashes in the middle leaves a stream from which the next one can go on. Events that are there are dropped as
 * repeats by their id.
 */
export async function restoreEvents(options: {
  store: MessageStore;
  publisher: Publisher;
  log: Logger;
  /** When the message was stored whose event came last; null when there is none. */
  lastStoredAt: Date | null;
}): Promise<number> {
  const { store, publisher, log, lastStoredAt } = options;
  const from = lastStoredAt === null ? Date.now() - newStreamWindowMs : lastStoredAt.getTime() - marginMs;
  const since = new Date(from);
  let told = 0;
  for (let after: { storedAt: string; conversationId: string; seq: number } | null = null; ; ) {
    const page = await store.listStoredSince(since, after, pageSize);
    const isLast = page.flat().length < pageSize;
    // The rest of it may stand on the next page.
    if (!isLast) page.pop();
    const events = page.flatMap((group) => storedEvents(group));
    for (let from = 0; from < events.length; from += maxToldTogether)
      told += (await publisher.publishTogether(events.slice(from, from + maxToldTogether))).count;
    const last = page.at(-1)?.at(-1);
    if (isLast || last === undefined) break;
    after = last;
  }
  if (told > 0) log.warn({ told, since }, 'told events again: the stream dropped those that it had');
  return told;
}
