import type {
  Attachment,
  ConversationId,
  MarkRead,
  Message,
  MessageId,
  MessagePage,
  Receipt,
  SendMessage,
  UserId,
} from '@storm/contracts';

/** What became of one message of a batch. */
export type StoreOutcome =
  | { status: 'stored' | 'duplicate'; seq: number; id: MessageId; storedAt: string }
  | { status: 'key-reused' }
  | { status: 'not-member' }
  | { status: 'no-such-reply' };

export interface ReadWatermark extends Receipt {
  conversationId: ConversationId;
  lastSeq: number;
  memberCount: number;
}

export interface PageQuestion {
  userId: UserId;
  conversationId: ConversationId;
  before?: number;
  after?: number;
  around?: number;
  limit: number;
}

export interface MessageStore {
  /** One round trip, all or nothing; outcomes in the order of the batch. */
  storeMessages(batch: readonly (SendMessage & { id: MessageId })[]): Promise<StoreOutcome[]>;
  /** Watermarks after the move, one per member that is there. */
  markRead(batch: readonly MarkRead[]): Promise<ReadWatermark[]>;
  /**
   * Looks again at sends that were refused as another message under their key: what they sent may have been edited or
   * deleted since. @returns by index in the batch, the message as it stands now
   */
  recallSends(batch: readonly SendMessage[]): Promise<ReadonlyMap<number, Message>>;
  /** @returns null when the user is not in the conversation. */
  listMessages(question: PageQuestion): Promise<Omit<MessagePage, 'cursor'> | null>;
  /** Of each message all of its conversation that were stored with it, in the order of their sequence, as they stand now. */
  listStoredTogether(messages: readonly Message[]): Promise<Message[][]>;
  /**
   * Messages stored at or after a time, in the order of time, from a place on: to tell again what the stream has lost.
   * What was stored together stands together; the last of a full page may go on in the next one.
   */
  listStoredSince(
    since: Date,
    after: { storedAt: string; conversationId: string; seq: number } | null,
    limit: number,
  ): Promise<Message[][]>;
}

/** More than a transaction stores in one conversation. */
export const maxStoredTogether = 500;

export type { Attachment };
