import type { Message } from '@storm/contracts';
import type { FindMembers } from '../store/find-members.ts';
import type { DeliveredTo, Delivery, InboxStore } from '../store/inbox-store.ts';
import { itemId } from './item-id.ts';
import { preview } from './preview.ts';
import type { PublishInboxUpdated } from './publish-inbox-updated.ts';

/** Larger conversations write no inbox items: one message would cost a row for every member. */
export const maxMembersNotified = 200;

export interface NotifyMembers {
  findMembers: FindMembers;
  store: InboxStore;
  publish: PublishInboxUpdated;
}

/**
 * Puts a batch of stored messages into the inboxes of those who did not send them, then tells each of these users once.
 * Running it again changes nothing and repeats the events under their ids: the first run may have ended in between.
 */
export async function notifyMembers(
  { findMembers, store, publish }: NotifyMembers,
  messages: readonly Message[],
): Promise<void> {
  const distinct = [...new Map(messages.map((message) => [message.id, message])).values()];
  const conversationIds = [...new Set(distinct.map((message) => message.conversationId))];
  const conversations = await findMembers(conversationIds, maxMembersNotified);
  const members = new Map(
    conversations
      .filter(({ memberCount }) => memberCount <= maxMembersNotified)
      .map(({ conversationId, userIds }) => [conversationId, userIds]),
  );
  const deliveries = distinct.flatMap((message): Delivery[] => {
    const memberIds = members.get(message.conversationId);
    return memberIds === undefined ? [] : [{ message, preview: preview(message), memberIds }];
  });
  if (deliveries.length === 0) return;
  const delivered = await store.deliver(deliveries);
  await Promise.all(
    delivered.map((to) => {
      const latest = latestItem(to, deliveries);
      return publish(to.userId, latest.id, { unread: to.unread, revision: to.revision, latest });
    }),
  );
}

function latestItem({ userId, place, index }: DeliveredTo, deliveries: readonly Delivery[]) {
  const delivery = deliveries[index];
  if (delivery === undefined) throw new Error('the store names a message that was not in the batch');
  const { id: messageId, conversationId, seq, senderId, storedAt: createdAt } = delivery.message;
  const text = delivery.preview;
  return { id: itemId(userId, place), messageId, conversationId, seq, senderId, preview: text, createdAt };
}
