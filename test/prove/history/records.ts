/** A send as its sender saw it. */
export interface SendRecord {
  readonly conversationId: string;
  readonly senderId: string;
  readonly key: string;
  /** By `performance.now()`: when it was first tried, and when its outcome was known or given up. */
  readonly invokedAtMs: number;
  readonly endedAtMs: number;
  /** `ok`: acknowledged as committed. `fail`: refused for good. `unknown`: the answer never came. */
  readonly outcome: 'ok' | 'fail' | 'unknown';
  readonly seq?: number;
  readonly id?: string;
}

/** A message as the database has it, as the history gives it, or as a receiver was given it. */
export interface SeenMessage {
  readonly conversationId: string;
  readonly senderId: string;
  readonly key: string;
  readonly seq: number;
  readonly id: string;
}

/** What a receiver has been given, in the order in which it was. */
export interface ReceiverLog {
  readonly conversationIds: readonly string[];
  /** Past what a client drops as a repeat. */
  readonly given: readonly SeenMessage[];
  /** Read over REST because the platform said `resync`: allowed, and not in the order of `given`. */
  readonly fetched: readonly SeenMessage[];
}
