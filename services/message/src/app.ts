import { jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
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
} from '@storm/runtime';
import type { Msg, NatsConnection } from 'nats';
import type pg from 'pg';
import { Registry } from 'prom-client';
import { ensurePartitions, type Holding, holdPartitions } from './consumers/hold-partitions.ts';
import { createCommandWorker } from './consumers/work-commands.ts';
import { createWorkerMetrics } from './consumers/worker-metrics.ts';
import { decideBatch } from './domain/decide-batch.ts';
import { restoreEvents } from './domain/restore-events.ts';
import { serveGetConversation, serveListConversations, serveUnreadCounts } from './routes/conversations.ts';
import { serveMayReadMedia } from './routes/media.ts';
import { serveFindPeers, serveIsMember, serveListMembers, serveListMemberships } from './routes/members.ts';
import { serveListEarlierTexts, serveListMessages, serveListReceipts } from './routes/messages.ts';
import { needingDatabase } from './routes/needing-database.ts';
import { serveSearchMessages } from './routes/search.ts';
import { createChangeStore } from './store/change-store.pg.ts';
import { createConversationStore } from './store/conversation-store.pg.ts';
import { createEventEraser } from './store/event-eraser.nats.ts';
import { createMessageStore } from './store/message-store.pg.ts';
import { createPostStore } from './store/post-store.pg.ts';
import { createReceiptStore } from './store/receipt-store.pg.ts';
import { createSearchStore } from './store/search-store.pg.ts';
import { createEventStreamPosition } from './store/stream-position.ts';

const queue = 'message';
const maxBatch = 500;
/** While one batch waits for the disk the others are decided: commits share a sync, 2.4 times the sends of one lane on a slow disk. */
const lanes = 4;
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
  const messages = createMessageStore(pool);
  const conversations = createConversationStore(pool);
  const changes = createChangeStore(pool);
  const posts = createPostStore(pool);
  const receipts = createReceiptStore(pool);
  const search = createSearchStore(pool);
  const position = createEventStreamPosition(() => jetstreamManager(bus.connection));
  const metrics = createWorkerMetrics(registry);
  const worker = createCommandWorker({
    decide: (commands) => decideBatch({ messages, conversations, changes, posts, receipts }, commands),
    publisher,
    erase: createEventEraser(bus),
    log,
    metrics,
    maxBatch,
    lanes,
    park: (_connection, message, reason) => parkCommand(message, reason),
  });
  const parkCommand = async (message: Msg, reason: string): Promise<void> => {
    await publisher.publish(`dead.${commandStream.name}.message`, message.data, {
      [deadLetterHeaders.subject]: message.subject,
      [deadLetterHeaders.stream]: commandStream.name,
      [deadLetterHeaders.consumer]: 'message',
      [deadLetterHeaders.reason]: reason.replaceAll(/[\r\n]+/g, ' ').slice(0, 500),
    });
    message.respond(Buffer.from('+TERM parked'));
  };
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
  const begin = async (connection: NatsConnection): Promise<void> => {
    const manager = await jetstreamManager(connection);
    for (const { owner: _owner, ...config } of [commandStream, eventStream, deadLetterStream]) {
      await ensureStream(manager, { ...(config as unknown as StreamConfig), num_replicas: streamReplicas });
    }
    await ensurePartitions(manager);
    await holding?.stop();
    if (stopping) return;
    worker.connectTo(connection);
    holding = holdPartitions({
      connection,
      manager,
      inboxPrefix: bus.inboxPrefix,
      instanceId,
      credit,
      log,
      hasRoom: worker.hasRoom,
      onMessage: worker.receive,
      finished: worker.finished,
    });
    const { state } = await manager.streams.info(eventStream.name);
    const lastEventAt = state.last_seq === 0 ? null : new Date(state.last_ts);
    await restoreEvents({ store: messages, publisher, log, lastEventAt });
  };
  const beginUntilDone = async (connection: NatsConnection): Promise<void> => {
    for (let attempt = 0; !stopping && !connection.isClosed(); attempt++) {
      try {
        return await begin(connection);
      } catch (error) {
        log.warn({ err: error, attempt }, 'not taking commands yet, trying again');
        await new Promise((resolve) => setTimeout(resolve, Math.min(200 * 2 ** attempt, 3_000)));
      }
    }
  };
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
          await holding?.stop();
        },
      },
      { name: 'last events', timeoutMs: 5_000, stop: () => publisher.settled() },
      { name: 'bus', timeoutMs: 5_000, stop: () => bus.drain() },
      { name: 'database', timeoutMs: 5_000, stop: () => pool.end() },
    ],
  };
}
