import type { InboxItem, Message, MessageId, UserId } from '@storm/contracts';

/** A message and who may get an item for it; its sender never does. */
export interface Delivery {
  readonly message: Pick<Message, 'id' | 'conversationId' | 'seq' | 'senderId' | 'storedAt'>;
  readonly preview: string;
  readonly memberIds: readonly UserId[];
}

export interface InboxState {
  readonly unread: number;
  readonly revision: number;
}

/** How an inbox stands after a batch. */
export interface DeliveredTo extends InboxState {
  readonly userId: UserId;
  /** The batch's newest item in this inbox: its place, and the index of its delivery. */
  readonly place: number;
  readonly index: number;
}

export interface PlacedItem extends Omit<InboxItem, 'id'> {
  readonly place: number;
}

export interface InboxStore {
  /**
   * Adds what is not there yet, in one round trip, and trims each inbox to its newest items. No message twice in a batch.
   * @returns one entry for each user with an item of this batch, whether it was added now or before.
   */
  deliver(batch: readonly Delivery[]): Promise<DeliveredTo[]>;
  /** Gives every item of these messages another preview. */
  rewrite(previews: readonly { id: MessageId; preview: string }[]): Promise<void>;
  /** Newest first, below a place if one is given. */
  list(userId: UserId, limit: number, before?: number): Promise<InboxState & { items: PlacedItem[] }>;
  /** Up to and including a place, or everything. @returns null for who never got an item. */
  markRead(userId: UserId, upTo?: number): Promise<InboxState | null>;
}
