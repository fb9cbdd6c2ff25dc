import type { ConversationId, MediaId, UserId } from '@storm/contracts';

/** A file of a message that waits; `data` is kept until the platform has it under `mediaId`. */
export interface UnsentFile {
  readonly id: string;
  readonly name: string;
  readonly contentType: string;
  readonly bytes: number;
  readonly data: Blob;
  readonly mediaId: MediaId | null;
}

/** A message that is not stored yet, as it lies in the store: everything that is needed to send it under its key. */
export interface Unsent {
  /** The idempotency key; UUIDv7, so that it also tells the order. */
  readonly key: string;
  readonly userId: UserId;
  readonly conversationId: ConversationId;
  readonly text: string;
  readonly files: readonly UnsentFile[];
  readonly replyTo?: number | undefined;
  readonly createdAtMs: number;
  /** Refused for good, until somebody tries again or removes it. */
  readonly failure: { readonly code: string; readonly title: string } | null;
}

/** Where unsent messages survive a reload, a crash of the tab and a day without network. */
export interface UnsentStore {
  /** Of one user, by key ascending. */
  list(userId: UserId): Promise<readonly Unsent[]>;
  put(unsent: Unsent): Promise<void>;
  /** Replaces it only if it is still there: who removed it meanwhile wins. */
  update(unsent: Unsent): Promise<boolean>;
  remove(key: string): Promise<void>;
}

export function memoryUnsentStore(): UnsentStore {
  const all = new Map<string, Unsent>();
  return {
    list: async (userId) =>
      [...all.values()]
        .filter((one) => one.userId === userId)
        .toSorted((one, other) => (one.key < other.key ? -1 : 1)),
    async put(unsent) {
      all.set(unsent.key, unsent);
    },
    async update(unsent) {
      const isThere = all.has(unsent.key);
      if (isThere) all.set(unsent.key, unsent);
      return isThere;
    },
    async remove(key) {
      all.delete(key);
    },
  };
}
