import type { ConsumerInfo, JetStreamManager } from '@nats-io/jetstream';
import { commandStream, partitionCount, partitionDurable, partitionFilter } from '@storm/contracts';
import type { Logger } from '@storm/runtime';
import type { Msg, NatsConnection } from 'nats';
import { partitionShare } from './partition-share.ts';
import { ownerGroup, type PartitionPull, pullPartition } from './pull-partition.ts';
import { watchPeers } from './watch-peers.ts';

/** How long the server keeps a partition for a replica that has stopped asking. */
const pinnedForMs = 2_000;
const askAgainMs = 200;

export interface HoldOptions {
  connection: NatsConnection;
  manager: JetStreamManager;
  inboxPrefix: string;
  instanceId: string;
  credit: number;
  log: Logger;
  hasRoom(): boolean;
  onMessage(partition: number, message: Msg): void;
  /** Resolves when nothing of the partition is in hand any more. */
  finished(partition: number): Promise<void>;
}

export interface Holding {
  readonly held: ReadonlySet<number>;
  /** Gives every partition back, at once for the others to take. */
  stop(): Promise<void>;
}

/** What the server tells of pinning; the library's type leaves it out. */
interface PinnedInfo {
  priority_groups?: { group: string; pinned_client_id?: string }[];
}

/** Makes the durable consumer of each partition exist: one pinned replica at a time, in order, never given up. */
export async function ensurePartitions(manager: JetStreamManager): Promise<void> {
  for (let partition = 0; partition < partitionCount; partition++) {
    await manager.consumers.add(commandStream.name, {
      durable_name: partitionDurable(partition),
      filter_subject: partitionFilter(partition),
      ack_policy: 'explicit',
      ack_wait: 30e9,
      max_ack_pending: 2_000,
      max_deliver: -1,
      priority_groups: [ownerGroup],
      priority_policy: 'pinned_client',
      priority_timeout: pinnedForMs * 1e6,
    });
  }
}

/** Holds this replica's share of the partitions and changes it as replicas come and go. */
export function holdPartitions(options: HoldOptions): Holding {
  const { connection, manager, log, instanceId } = options;
  const pulls = new Map<number, PartitionPull>();
  const changing = new Map<number, Promise<void>>();
  let wanted = new Set<number>();
  let stopped = false;

  const isPinned = async (partition: number): Promise<boolean> => {
    const info = (await manager.consumers.info(
      commandStream.name,
      partitionDurable(partition),
    )) as PinnedInfo & ConsumerInfo;
    return info.priority_groups?.some((group) => Boolean(group.pinned_client_id)) ?? false;
  };
  const unpin = (partition: number): Promise<void> =>
    manager.consumers.unpin(commandStream.name, partitionDurable(partition), ownerGroup);

  const take = async (partition: number): Promise<void> => {
    while (wanted.has(partition) && !stopped && (await isPinned(partition))) {
      await new Promise((resolve) => setTimeout(resolve, askAgainMs));
    }
    if (!wanted.has(partition) || stopped) return;
    // Without it the messages that the last owner left unacknowledged come after newer ones.
    await manager.consumers.reset(commandStream.name, partitionDurable(partition));
    pulls.set(
      partition,
      pullPartition({
        connection,
        inboxPrefix: options.inboxPrefix,
        partition,
        credit: options.credit,
        log,
        hasRoom: options.hasRoom,
        onMessage: (message) => options.onMessage(partition, message),
        onUnpinned: () => lose(partition),
      }),
    );
  };
  /** The server gave it to another replica (this one was silent for too long): take it again, in order, when it is free. */
  const lose = (partition: number): void => {
    log.warn({ partition }, 'partition was given to another replica');
    pulls.get(partition)?.stop();
    pulls.delete(partition);
    change(partition);
  };
  const release = async (partition: number): Promise<void> => {
    pulls.get(partition)?.stop();
    pulls.delete(partition);
    await options.finished(partition);
    await unpin(partition);
  };
  /** One change of a partition at a time, until it is as wanted. */
  const settle = async (partition: number): Promise<void> => {
    while (!stopped && wanted.has(partition) !== pulls.has(partition)) {
      try {
        await (wanted.has(partition) ? take(partition) : release(partition));
      } catch (error) {
        if (stopped || connection.isClosed()) return;
        log.warn({ err: error, partition }, 'partition could not be changed, trying again');
        await new Promise((resolve) => setTimeout(resolve, askAgainMs * 5));
      }
    }
  };
  const change = (partition: number): void => {
    const before = changing.get(partition) ?? Promise.resolve();
    changing.set(
      partition,
      before.then(() => settle(partition)),
    );
  };
  const rebalance = (alive: ReadonlySet<string>): void => {
    wanted = partitionShare(instanceId, alive);
    log.info({ partitions: [...wanted], replicas: alive.size + 1 }, 'share of the partitions');
    for (let partition = 0; partition < partitionCount; partition++) change(partition);
  };
  const peers = watchPeers(connection, instanceId, rebalance);
  rebalance(new Set());

  return {
    get held() {
      return new Set(pulls.keys());
    },
    async stop() {
      stopped = true;
      wanted = new Set();
      peers.leave();
      await Promise.all(changing.values());
      const results = await Promise.allSettled([...pulls.keys()].map(release));
      for (const result of results)
        if (result.status === 'rejected') log.warn({ err: result.reason }, 'not handed over');
    },
  };
}
