import { jetstreamManager } from '@nats-io/jetstream';
import {
  type ConversationId,
  eventDurable,
  eventStream,
  eventSubject,
  type Message,
  messageChanged,
  messageStored,
} from '@storm/contracts';
import {
  type Bus,
  type Consuming,
  consume,
  createPublisher,
  type Logger,
  type ServingQuery,
  type StopStep,
  serveQuery,
} from '@storm/runtime';
import type { NatsConnection } from 'nats';
import type pg from 'pg';
import { Histogram, type Registry } from 'prom-client';
import { notifyStoredMessages } from './consumers/notify-stored-messages.ts';
import { rewritePreviews } from './consumers/rewrite-previews.ts';
import { followChanges } from './domain/follow-changes.ts';
import { notifyMembers } from './domain/notify-members.ts';
import { createPublishInboxUpdated } from './domain/publish-inbox-updated.ts';
import { serveListInbox } from './routes/serve-list-inbox.ts';
import { serveReadInbox } from './routes/serve-read-inbox.ts';
import { createFindMembers } from './store/find-members.nats.ts';
import { createInboxStore } from './store/inbox-store.pg.ts';

const queue = 'notification';
/** One for all replicas. */
export const messageStoredDurable = eventDurable(queue, messageStored);
const messageChangedDurable = eventDurable(queue, messageChanged);
/** Events handled together at most: an event may tell 32 messages and be 256 KiB long, and twice as many are in hand. */
const maxBatch = 50;
/**
 * What arrives within this time is written and told together: nobody misses a tenth of a second on a badge, and every
 * telling is an event for each member, in the stream and through the gateways.
 */
const gatherMs = 100;
/** After so long another replica gets what a dead one had in hand; a living one prolongs it while it works or waits. */
const ackWaitMs = 10_000;

export interface NotificationApp {
  /** Throws while the stream of events is not there. */
  checkConsuming(): Promise<void>;
  readonly stopSteps: readonly StopStep[];
}

export function createNotificationApp({
  bus,
  pool,
  log,
  registry,
}: {
  bus: Bus;
  pool: pg.Pool;
  log: Logger;
  registry: Registry;
}): NotificationApp {
  const publisher = createPublisher(bus);
  const store = createInboxStore(pool);
  const publish = createPublishInboxUpdated(publisher);
  const findMembers = createFindMembers(bus);
  const batchMessages = new Histogram({
    name: 'storm_notification_batch_messages',
    help: 'Messages handled together: one statement, more only for large groups',
    buckets: [1, 2, 5, 10, 20, 50, 100, 200, 500, 1_600],
    registers: [registry],
  });
  const { handle } = notifyStoredMessages(async (messages: readonly Message[]) => {
    await notifyMembers({ findMembers, store, publish }, messages);
    batchMessages.observe(messages.length);
  });

  const { handle: follow } = rewritePreviews((changes) =>
    followChanges(
      store,
      changes.map(({ message }) => message),
    ),
  );

  let consuming: Consuming | undefined;
  let following: Consuming | undefined;
  let serving: ServingQuery[] = [];
  const begin = async (connection: NatsConnection): Promise<void> => {
    serving = [
      serveQuery(connection, queue, serveListInbox(store), log),
      serveQuery(connection, queue, serveReadInbox(store, publish), log),
    ];
    const manager = await jetstreamManager(connection, { checkAPI: false });
    consuming = await consume(manager, {
      connection,
      publisher,
      log,
      stream: eventStream.name,
      durable: messageStoredDurable,
      filterSubjects: [eventSubject(messageStored, '*' as ConversationId)],
      maxBatch,
      gatherMs,
      ackWaitMs,
      handle,
    });
    following = await consume(manager, {
      connection,
      publisher,
      log,
      stream: eventStream.name,
      durable: messageChangedDurable,
      filterSubjects: [eventSubject(messageChanged, '*' as ConversationId)],
      maxBatch,
      ackWaitMs,
      handle: follow,
    });
  };
  bus.onConnected((connection, isReconnect) => (isReconnect ? undefined : begin(connection)));

  return {
    async checkConsuming() {
      if (!consuming?.isConsuming) throw new Error(`waiting for the stream ${eventStream.name}`);
    },
    stopSteps: [
      {
        name: 'batches in hand',
        timeoutMs: 12_000,
        stop: () => Promise.all([consuming?.stop(), following?.stop()]).then(() => undefined),
      },
      {
        name: 'questions in hand',
        timeoutMs: 5_000,
        stop: async () => {
          await Promise.all(serving.map((one) => one.stop()));
        },
      },
      { name: 'bus', timeoutMs: 3_000, stop: () => bus.drain() },
      { name: 'database', timeoutMs: 3_000, stop: () => pool.end() },
    ],
  };
}
