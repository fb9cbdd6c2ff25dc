import type { Message } from '@storm/contracts';
import type { InboxStore } from '../store/inbox-store.ts';
import { preview } from './preview.ts';

/** What an inbox shows of a message follows its edits; of one that was deleted it shows nothing. */
export async function followChanges(store: InboxStore, messages: readonly Message[]): Promise<void> {
  const latest = new Map<string, Message>();
  for (const message of messages) {
    const known = latest.get(message.id);
    if ((known?.revision ?? -1) <= (message.revision ?? 0)) latest.set(message.id, message);
  }
  await store.rewrite([...latest.values()].map((message) => ({ id: message.id, preview: preview(message) })));
}
