import type { ConversationId, ConversationSummary, Message, User } from '@storm/contracts';

/** What an app keeps to have something to show before, or without, the platform. */
export interface CachedState {
  readonly conversations: readonly ConversationSummary[];
  readonly users: readonly User[];
  /** The newest messages of some conversations, ascending by seq, without a hole. */
  readonly timelines: ReadonlyMap<ConversationId, readonly Message[]>;
}
