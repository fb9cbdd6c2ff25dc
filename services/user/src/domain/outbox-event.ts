import type { EventContract, EventData, UserId } from '@storm/contracts';
import { uuidv7 } from 'uuidv7';

/** An event that is stored with the change it tells of, and published afterwards. */
export interface OutboxEvent {
  readonly id: string;
  readonly type: string;
  readonly userId: UserId;
  readonly occurredAt: Date;
  readonly data: object;
}

export function createEvent<C extends EventContract>(
  contract: C,
  userId: UserId,
  data: EventData<C> & object,
): OutboxEvent {
  return { id: uuidv7(), type: contract.type, userId, occurredAt: new Date(), data };
}
