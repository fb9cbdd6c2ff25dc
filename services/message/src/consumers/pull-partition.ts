import { commandStream, partitionDurable } from '@storm/contracts';
import type { Logger } from '@storm/runtime';
import { createInbox, type Msg, type NatsConnection, type Subscription } from 'nats';

/** The one priority group of every partition: its pinned client is the replica that works on the partition. */
export const ownerGroup = 'owner';
/** Well inside the time for which the server keeps a partition for a silent replica: an idle one must stay pinned. */
const expiresMs = 600;
const watchEveryMs = 5_000;
/** What one request brings at most: a message may hold hundreds of commands, so that their number alone bounds nothing. */
const maxBytes = 256 * 1_024;

export interface PartitionPull {
  readonly partition: number;
  /** Asks for nothing more; what was delivered already still comes. */
  stop(): void;
}

/**
 * Keeps pull requests open for one partition and hands over its messages in order.
 * The raw protocol, because each message here costs part of the send path: no wrapper object, no iterator.
 * @param credit messages asked for and not yet delivered, at most: bounds what this replica holds in memory.
 */
export function pullPartition(options: {
  connection: NatsConnection;
  inboxPrefix: string;
  partition: number;
  credit: number;
  log: Logger;
  /** False while this replica has as much in hand as it may. */
  hasRoom(): boolean;
  onMessage(message: Msg): void;
  /** The server has given the partition to another replica. */
  onUnpinned(): void;
}): PartitionPull {
  const { connection, partition, credit, log, hasRoom, onMessage, onUnpinned } = options;
  const inbox = createInbox(options.inboxPrefix);
  const subject = `$JS.API.CONSUMER.MSG.NEXT.${commandStream.name}.${partitionDurable(partition)}`;
  let asked = 0;
  let pinId: string | undefined;
  let stopped = false;
  let retry: NodeJS.Timeout | undefined;

  const pullLater = (delayMs: number): void => {
    clearTimeout(retry);
    retry = setTimeout(pull, delayMs);
  };
  const pull = (): void => {
    if (stopped || connection.isClosed()) return;
    const batch = credit - asked;
    if (batch <= 0) return;
    if (!hasRoom()) return pullLater(20);
    asked += batch;
    const request = {
      ...{ batch, max_bytes: maxBytes, expires: expiresMs * 1e6, group: ownerGroup },
      ...(pinId && { id: pinId }),
    };
    connection.publish(subject, JSON.stringify(request), { reply: inbox });
  };
  const settle = (message: Msg): void => {
    // Ends a request; the header names how much of it was not delivered.
    const code = message.headers?.code ?? 0;
    const rest = Number(message.headers?.get('Nats-Pending-Messages') || Number.NaN);
    asked = Number.isNaN(rest) ? 0 : Math.max(0, asked - rest);
    if (code === 423) {
      pinId = undefined;
      return onUnpinned();
    }
    if (code === 408 || code === 409) return pull();
    log.debug({ partition, code, reason: message.headers?.description }, 'pull ended');
    asked = 0;
    pullLater(250);
  };
  const subscription: Subscription = connection.subscribe(inbox, {
    callback: (error, message) => {
      if (error) return log.error({ err: error, partition }, 'partition subscription failed');
      if (message.subject === inbox) return settle(message);
      pinId ??= message.headers?.get('Nats-Pin-Id') || undefined;
      asked--;
      onMessage(message);
      if (asked <= credit / 2) pull();
    },
  });
  // A request whose end was lost (a reconnect) must not stall the partition.
  const watchdog = setInterval(() => {
    asked = 0;
    pull();
  }, watchEveryMs);
  pull();
  return {
    partition,
    stop() {
      stopped = true;
      clearInterval(watchdog);
      clearTimeout(retry);
      subscription.unsubscribe();
    },
  };
}
