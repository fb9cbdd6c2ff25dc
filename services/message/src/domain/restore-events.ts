import type { Logger, Publisher } from '@storm/runtime';
import type { MessageStore } from '../store/message-store.ts';
import { storedEvent } from './stored-message.ts';

const pageSize = 500;
const clockMarginMs = 2_000;
/** A stream that is new holds nothing: this far back is told again to those who read it late (notifications). */
const newStreamWindowMs = 15 * 60_000;

/**
 * Tells again what the event stream no longer has. A power cut can take the last second of an unsynced stream, and a
 * stream can be lost altogether; Postgres has the messages. Events that are there are dropped as repeats by their id.
 */
export async function restoreEvents(options: {
  store: MessageStore;
  publisher: Publisher;
  log: Logger;
  /** When the stream stored its last event; null for an empty stream. */
  lastEventAt: Date | null;
}): Promise<number> {
  const { store, publisher, log, lastEventAt } = options;
  const since = new Date(
    lastEventAt === null ? Date.now() - newStreamWindowMs : lastEventAt.getTime() - clockMarginMs,
  );
  let told = 0;
  let after: { conversationId: string; seq: number } | null = null;
  for (;;) {
    const page = await store.listStoredSince(since, after, pageSize);
    const acks = await Promise.all(
      page.map((message) => {
        const { subject, data, headers } = storedEvent(message, Buffer.from(JSON.stringify(message)));
        return publisher.publish(subject, data, headers);
      }),
    );
    told += acks.filter((one) => !one.duplicate).length;
    const last = page.at(-1);
    if (last === undefined || page.length < pageSize) break;
    after = { conversationId: last.conversationId, seq: last.seq };
  }
  if (told > 0) log.warn({ told, since }, 'told events again that the stream did not have');
  return told;
}
