import { JetStreamApiError, jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
import { commandStream, deadLetterStream, eventStream } from '@storm/contracts';
import {
  type Bus,
  createPublisher,
  deadLetterHeaders,
  ensureStream,
  type Logger,
  type QueryDoor,
  type StopStep,
  serveQuery,
  tryUntilDone,
} from '@storm/runtime';
import type { NatsConnection } from 'nats';
import type pg from 'pg';
import { Registry } from 'prom-client';
import { ensurePartitions, type Holding, holdPartitions } from './consumers/hold-partitions.ts';
import { createCommandWorker } from './consumers/work-commands.ts';
import { createWorkerMetrics } from './consumers/worker-metrics.ts';
import { decideBatch } from './domain/decide-batch.ts';
import { restoreEvents } from './domain/restore-events.ts';
import { settleStream } from './domain/settle-stream.ts';
import { serveGetConversation, serveListConversations, serveUnreadCounts } from './routes/conversations.ts';
import { serveMayReadMedia } from './routes/media.ts';
import { serveFindPeers, serveIsMember, serveListMembers, serveListMemberships } from './routes/members.ts';
import { serveListEarlierTexts, serveListMessages, serveListReceipts } from './routes/messages.ts';
import { needingDatabase } from './routes/needing-database.ts';
import { serveSearchMessages } from './routes/search.ts';
import { createChangeStore } from './store/change-store.pg.ts';
import { createConversationStore } from './store/conversation-store.pg.ts';
import { createEventEraser } from './store/event-eraser.nats.ts';
import { createEventStream } from './store/event-stream.nats.ts';
import { createMessageStore } from './store/message-store.pg.ts';
import { maxStoredTogether } from './store/message-store.ts';
import { createPostStore } from './store/post-store.pg.ts';
import { createReceiptStore } from './store/receipt-store.pg.ts';
import { createReplicaMarks } from './store/replica-marks.pg.ts';
import type { ReplicaMark } from './store/replica-marks.ts';
import { createSearchStore } from './store/search-store.pg.ts';
import { createEventStreamPosition } from './store/stream-position.ts';
import { createTeller } from './store/teller.ts';

const queue = 'message';
/** While one batch waits for the disk the others are decided: commits share a sync, 2.4 times the sends of one lane on a slow disk. */
const lanes = 2;
const watchEveryMs = 3_000;
const streamNotFound = 10_059;
/** Commands asked for by partition and not yet delivered. */
const credit = 128;

export interface MessageApp {
  /** Resolves when the streams exist and this replica has begun to take partitions. */
  readonly ready: Promise<void>;
  readonly stopSteps: readonly StopStep[];
  readonly holding: Holding | undefined;
}

export function createMessageApp({
  bus,
  pool,
  log,
  instanceId,
  registry = new Registry(),
  streamReplicas = 1,
}: {
  bus: Bus;
  pool: pg.Pool;
  log: Logger;
  instanceId: string;
  registry?: Registry;
  /** On how many NATS nodes each stream is kept. */
  streamReplicas?: number;
}): MessageApp {
  const publisher = createPublisher(bus);
  const teller = createTeller(bus, publisher, log);
  const marks = createReplicaMarks(pool);
  const messages = createMessageStore(pool);
  const conversations = createConversationStore(pool);
  const changes = createChangeStore(pool);
  const posts = createPostStore(pool);
  const receipts = createReceiptStore(pool);
  const search = createSearchStore(pool);
  const position = createEventStreamPosition(() => jetstreamManager(bus.connection));
  const metrics = createWorkerMetrics(registry);
  const parkCommand = async (
    command: { subject: string; data: Uint8Array },
    reason: string,
  ): Promise<void> => {
    await publisher.publish(`dead.${commandStream.name}.message`, command.data, {
      [deadLetterHeaders.subject]: command.subject,
      [deadLetterHeaders.stream]: commandStream.name,
      [deadLetterHeaders.consumer]: 'message',
      [deadLetterHeaders.reason]: reason.replaceAll(/[\r\n]+/g, ' ').slice(0, 500),
    });
  };
  const worker = createCommandWorker({
    decide: (commands) => decideBatch({ messages, conversations, changes, posts, receipts }, commands),
    teller,
    erase: createEventEraser(bus, teller.newLine()),
    log,
    metrics,
    maxBatch: maxStoredTogether,
    lanes,
    park: parkCommand,
  });
  const doors = [
    serveListConversations(conversations, position),
    serveGetConversation(conversations),
    serveUnreadCounts(conversations),
    serveListMessages(messages, position),
    serveListEarlierTexts(changes),
    serveListReceipts(receipts),
    serveMayReadMedia(posts),
    serveSearchMessages(search),
    serveListMemberships(conversations),
    serveIsMember(conversations),
    serveFindPeers(conversations),
    serveListMembers(conversations),
  ] as const;

  let holding: Holding | undefined;
  metrics.watch({ partitions: () => holding?.held.size ?? 0, bytesInHand: () => worker.bytesInHand });
  let stopping = false;
  let isBeginning = true;
  let mark: ReplicaMark | undefined;
  const begin = async (connection: NatsConnection): Promise<void> => {
    const manager = await jetstreamManager(connection);
    teller.close();
    for (const { owner: _owner, ...config } of [commandStream, eventStream, deadLetterStream]) {
      await ensureStream(manager, { ...(config as unknown as StreamConfig), num_replicas: streamReplicas });
    }
    await ensurePartitions(manager);
    // What is in hand comes again; waiting for its events would wait for what opens the way for them.
    worker.connectTo(connection);
    await holding?.stop();
    if (stopping) return;
    const stream = createEventStream(manager);
    mark = await settleStream({
      replica: instanceId,
      serverId: connection.info?.server_id ?? '',
      stream,
      marks,
      remembered: mark && { ...mark, ...teller.lastTold },
      log,
      restore: async () => {
        const lastStoredAt = await stream.findLastStoredAt();
        await restoreEvents({ store: messages, publisher, log, lastStoredAt });
      },
    });
    teller.open(mark);
    if (stopping) return;
    holding = holdPartitions({
      connection,
      manager,
      inboxPrefix: bus.inboxPrefix,
      instanceId,
      credit,
      log,
      hasRoom: worker.hasRoom,
      onMessage: worker.receive,
      // Closed, nothing in hand can be finished: it comes again to whoever holds the partition next.
      finished: (partition) => (teller.isOpen ? worker.finished(partition) : Promise.resolve()),
    });
  };
  const tryUntilBegun = async (connection: NatsConnection): Promise<void> => {
    isBeginning = true;
    const hasBegun = await tryUntilDone(() => begin(connection), {
      firstWaitMs: 200,
      maxWaitMs: 3_000,
      isOver: () => stopping || connection.isClosed(),
      onFailure: (err, attempt) => log.warn({ err, attempt }, 'not taking commands yet, trying again'),
    });
    if (hasBegun) isBeginning = false;
  };
  let begun: Promise<void> = Promise.resolve();
  /** One after the other: a reconnect may come while the last one is still looked at. */
  const beginUntilDone = (connection: NatsConnection): Promise<void> => {
    begun = begun.then(() => tryUntilBegun(connection));
    return begun;
  };
  // Streams can be deleted under us; what is missing is made again, what was in them is told again.
  const watch = setInterval(() => {
    if (isBeginning || stopping || !bus.isConnected) return;
    const { connection } = bus;
    isStreamOf(connection, mark)
      .then((isKnown) => (isKnown ? undefined : beginUntilDone(connection)))
      .catch((error: unknown) => log.warn({ err: error }, 'the streams cannot be looked at'));
  }, watchEveryMs).unref();
  const ready = new Promise<void>((resolve) => {
    bus.onConnected(async (connection, isReconnect) => {
      if (!isReconnect)
        for (const door of doors)
          serveQuery(connection, queue, needingDatabase(door as unknown as QueryDoor), log);
      await beginUntilDone(connection);
      resolve();
    });
  });

  return {
    ready,
    get holding() {
      return holding;
    },
    stopSteps: [
      {
        name: 'hand partitions over',
        timeoutMs: 15_000,
        stop: async () => {
          stopping = true;
          clearInterval(watch);
          await holding?.stop();
        },
      },
      { name: 'last events', timeoutMs: 5_000, stop: () => publisher.settled() },
      {
        name: 'mark',
        timeoutMs: 2_000,
        stop: () => mark && marks.put({ ...mark, ...teller.lastTold, hasEnded: true }),
      },
      { name: 'bus', timeoutMs: 5_000, stop: () => bus.drain() },
      { name: 'database', timeoutMs: 5_000, stop: () => pool.end() },
    ],
  };
}

/** Whether both streams are there, and the events are still those that we know. */
async function isStreamOf(connection: NatsConnection, mark: ReplicaMark | undefined): Promise<boolean> {
  const manager = await jetstreamManager(connection, { checkAPI: false });
  try {
    await manager.streams.info(commandStream.name);
    return (await createEventStream(manager).look()).incarnation === mark?.incarnation;
  } catch (error) {
    if (error instanceof JetStreamApiError && error.code === streamNotFound) return false;
    throw error;
  }
}
