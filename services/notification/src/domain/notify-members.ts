import type { InboxItem, Message, UserId } from '@storm/contracts';
import type { FindMembers } from '../store/find-members.ts';
import type { DeliveredTo, Delivery, InboxState, InboxStore } from '../store/inbox-store.ts';
import { itemId } from './item-id.ts';
import { preview } from './preview.ts';
import type { PublishInboxUpdated } from './publish-inbox-updated.ts';
import { splitDeliveries } from './split-deliveries.ts';

/** Larger conversations write no inbox items: one message would cost a row for every member. */
export const maxMembersNotified = 200;

/** Rows of one statement, and events under way at once: 200 messages to 200 members each must fit into 128 MiB too. */
const maxItemsAtOnce = 2_000;

export interface NotifyMembers {
  findMembers: FindMembers;
  store: InboxStore;
  publish: PublishInboxUpdated;
}

interface InboxUpdate extends InboxState {
  readonly place: number;
  readonly delivery: Delivery;
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
  const updates = new Map<UserId, InboxUpdate>();
  for (const part of splitDeliveries(deliveries, maxItemsAtOnce)) {
    for (const to of await store.deliver(part)) {
      updates.set(to.userId, newer(updates.get(to.userId), to, part));
    }
  }
  await publishAll(publish, [...updates]);
}

/** How the inbox stands now, and the newest of the batch's items in it. */
function newer(before: InboxUpdate | undefined, to: DeliveredTo, part: readonly Delivery[]): InboxUpdate {
  const { unread, revision } = to;
  // Of a batch that comes again, the part told of last need not be the newest.
  if (before !== undefined && before.place > to.place) return { ...before, unread, revision };
  const delivery = part[to.index];
  if (delivery === undefined) throw new Error('the store names a message that was not in the batch');
  return { place: to.place, unread, revision, delivery };
}

async function publishAll(publish: PublishInboxUpdated, updates: [UserId, InboxUpdate][]): Promise<void> {
  for (let at = 0; at < updates.length; at += maxItemsAtOnce) {
    await Promise.all(
      updates.slice(at, at + maxItemsAtOnce).map(([userId, { place, unread, revision, delivery }]) => {
        const latest = toItem(userId, place, delivery);
        return publish(userId, latest.id, { unread, revision, latest });
      }),
    );
  }
}

function toItem(userId: UserId, place: number, { message, preview }: Delivery): InboxItem {
  const { id: messageId, conversationId, seq, senderId, storedAt: createdAt } = message;
  return { id: itemId(userId, place), messageId, conversationId, seq, senderId, preview, createdAt };
}
