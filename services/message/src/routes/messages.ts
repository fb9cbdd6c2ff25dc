import { listEarlierTexts, listMessages, listReceipts } from '@storm/contracts';
import { defineDoor } from '@storm/runtime';
import { fitPage } from '../domain/fit-page.ts';
import { problems } from '../problems.ts';
import type { ChangeStore } from '../store/change-store.ts';
import type { MessageStore } from '../store/message-store.ts';
import type { ReceiptStore } from '../store/receipt-store.ts';
import type { EventStreamPosition } from '../store/stream-position.ts';

export const serveListMessages = (store: MessageStore, position: EventStreamPosition) =>
  defineDoor(listMessages, async ({ limit = 50, ...question }) => {
    const cursor = await position.cursor();
    const page = await store.listMessages({ ...question, limit });
    if (page === null) throw problems['conversation-not-found']();
    return { ...fitPage(page, question), cursor };
  });

export const serveListEarlierTexts = (store: ChangeStore) =>
  defineDoor(listEarlierTexts, async ({ userId, conversationId, seq }) => {
    const texts = await store.listEarlierTexts(userId, conversationId, seq);
    if (texts === null) throw problems['conversation-not-found']();
    return { texts };
  });

export const serveListReceipts = (store: ReceiptStore) =>
  defineDoor(listReceipts, async ({ userId, conversationId }) => {
    const receipts = await store.listReceipts(userId, conversationId);
    if (receipts === null) throw problems['conversation-not-found']();
    return { receipts };
  });
