import { type EventData, eventHeaders, eventSubject, inboxUpdated, type UserId } from '@storm/contracts';
import type { Publisher } from '@storm/runtime';

/** Tells all devices of a user how their inbox stands. Resolves when the stream has it; the same id is kept once. */
export type PublishInboxUpdated = (
  userId: UserId,
  id: string,
  data: EventData<typeof inboxUpdated>,
) => Promise<void>;

export const createPublishInboxUpdated =
  (publisher: Publisher): PublishInboxUpdated =>
  async (userId, id, data) => {
    const headers = eventHeaders(inboxUpdated, `inbox:${userId}:${id}`, new Date().toISOString());
    await publisher.publish(eventSubject(inboxUpdated, userId), Buffer.from(JSON.stringify(data)), headers);
  };
