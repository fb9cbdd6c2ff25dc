import type { OutboxEvent } from '../domain/outbox-event.ts';

/** `busy`: another replica is publishing. A fault ends the batch; what was published before it is gone from the outbox. */
export type RelayOutcome = 'busy' | { readonly sent: number; readonly fault?: unknown };

export abstract class OutboxStore {
  abstract readonly isReady: boolean;
  /** Gives the oldest events to `publish`, one after the other, and deletes those for which it resolved. */
  abstract relay(maxBatch: number, publish: (event: OutboxEvent) => Promise<void>): Promise<RelayOutcome>;
}
