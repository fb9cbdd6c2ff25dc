import type { SubscriptionImpl } from '@nats-io/nats-core/internal';
import { deferred, type Msg, type MsgCallback, type NatsConnection, type Subscription } from 'nats';

/** Shared, and resolved from the start: a subscription with a callback has nobody who waits for it. */
const signal: SubscriptionImpl['signal'] = deferred();
const ended: SubscriptionImpl['closed'] = deferred();
signal.resolve();
ended.resolve();

/**
 * Subscribes with a callback and lets go of what the library makes for those who iterate or wait for the end: three
 * promises of a quarter of a kilobyte each, which a gateway with its thousands of rooms would hold for nothing.
 */
export function subscribeLean(
  connection: NatsConnection,
  subject: string,
  callback: MsgCallback<Msg>,
): Subscription {
  const subscription = connection.subscribe(subject, { callback }) as SubscriptionImpl;
  subscription.signal = signal;
  subscription.iterClosed = ended;
  subscription.closed = ended;
  return subscription;
}
