import type { FoundMessages, MessageSearch, UserId } from '@storm/contracts';

export interface SearchStore {
  /** Newest first, only of conversations that the user is in, without what was deleted or hidden. */
  search(userId: UserId, wanted: MessageSearch): Promise<FoundMessages>;
}
