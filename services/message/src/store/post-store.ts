import type {
  Forwarded,
  ForwardMessage,
  MediaId,
  Message,
  MessageId,
  SendMessage,
  UserId,
} from '@storm/contracts';
import type { StoreOutcome } from './message-store.ts';

/** A message on its way into the store, with what it refers to. */
export interface Post extends SendMessage {
  readonly id: MessageId;
  /** Of a copy: who wrote it first, and which message it was taken from. */
  readonly forwarded?: Forwarded;
  readonly from?: ForwardMessage['from'];
}

/** What a forward finds: what may be copied, and the copy that its key has stored already. */
export interface ForwardFound {
  readonly source: (Pick<Message, 'text' | 'attachments'> & { forwarded: Forwarded }) | null;
  readonly stored: Message | null;
}

/** Messages that refer to others. */
export interface PostStore {
  /** As `storeMessages`, for batches in which some reply or are copies. */
  storePosts(batch: readonly Post[]): Promise<StoreOutcome[]>;
  /** In the order of the batch; the rights of each sender are checked there. */
  findForwards(batch: readonly ForwardMessage[]): Promise<ForwardFound[]>;
  /** Whether a file came to the user in a forwarded message. */
  mayReadMedia(userId: UserId, mediaId: MediaId): Promise<boolean>;
}
