import { fileURLToPath } from 'node:url';
import { type JetStreamManager, jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
import {
  type ConversationId,
  deadLetterStream,
  type EventData,
  eventHeaders,
  eventStream,
  eventSubject,
  inboxUpdated,
  listMembers,
  type Message,
  messageStored,
  parseEventSubject,
  type UserId,
} from '@storm/contracts';
import {
  type Bus,
  createPublisher,
  defineDoor,
  ensureStream,
  type Publisher,
  type ServingQuery,
  serveQuery,
  stopAll,
} from '@storm/runtime';
import { createPool } from '@storm/runtime/postgres';
import { createTestBus, createTestDatabase, createTestLogger, type TestDatabase } from '@storm/testing';
import pg from 'pg';
import { Registry } from 'prom-client';
import { createNotificationApp, messageStoredDurable } from '../src/app.ts';

export interface ToldUpdate {
  userId: UserId;
  id: string;
  data: EventData<typeof inboxUpdated>;
}

/** Postgres, NATS, and what the message service does for this one: streams, events, members. */
export async function createStage() {
  const migrations = fileURLToPath(new URL('../migrations', import.meta.url));
  const [database, nats] = await Promise.all([
    createTestDatabase({ migrations, schema: 'notification' }),
    createTestBus(),
  ]);
  const log = createTestLogger();
  await keepCommits(database);
  const peer: Bus = await nats.connect('message');
  const publisher: Publisher = createPublisher(peer);
  const manager: JetStreamManager = await jetstreamManager(peer.connection);
  const members = new Map<ConversationId, readonly UserId[]>();
  const told: ToldUpdate[] = [];
  let questions = 0;
  let serving: ServingQuery | undefined;
  const stops: (() => Promise<unknown>)[] = [];

  peer.connection.subscribe('live.user.*.>', {
    callback: (_error, message) => {
      const userId = parseEventSubject(message.subject)?.of as UserId;
      told.push({ userId, id: message.headers?.get('Nats-Msg-Id') ?? '', data: message.json() });
    },
  });

  const stage = {
    database,
    nats,
    peer,
    publisher,
    manager,
    members,
    told,
    get questions() {
      return questions;
    },
    async createStreams() {
      for (const { owner: _owner, ...config } of [eventStream, deadLetterStream]) {
        await ensureStream(manager, config as unknown as StreamConfig);
      }
    },
    serveMembers() {
      const door = defineDoor(listMembers, async ({ conversationIds, limit = 500 }) => {
        questions++;
        return {
          conversations: conversationIds.flatMap((conversationId) => {
            const userIds = members.get(conversationId);
            if (userIds === undefined) return [];
            return [{ conversationId, memberCount: userIds.length, userIds: userIds.slice(0, limit) }];
          }),
        };
      });
      serving = serveQuery(peer.connection, 'message', door, log);
    },
    stopMembers: async () => serving?.stop(),
    /** A replica of the service, in this process. */
    async startApp(name: string) {
      const bus = await nats.connect(name);
      const pool = createPool({ ...database.settings, role: 'storm_notification' }, log);
      const app = createNotificationApp({ bus, pool, log, registry: new Registry() });
      let stopping: Promise<string[]> | undefined;
      const stop = (): Promise<string[]> => (stopping ??= stopAll(app.stopSteps, log));
      stops.push(stop);
      return { app, stop };
    },
    /** Tells of stored messages as the message service does; `again` under other ids, as after the stream forgot them. */
    async tell(messages: readonly Message[], again = '') {
      await Promise.all(
        messages.map((message) =>
          publisher.publish(
            eventSubject(messageStored, message.conversationId),
            Buffer.from(JSON.stringify(message)),
            eventHeaders(messageStored, message.id + again, message.storedAt),
          ),
        ),
      );
    },
    /** Resolves when all that was told is acknowledged by the service. */
    async handled() {
      for (;;) {
        const { num_pending, num_ack_pending } = await manager.consumers.info(
          eventStream.name,
          messageStoredDurable,
        );
        if (num_pending === 0 && num_ack_pending === 0) return;
        await turn();
      }
    },
    toldTo: (userId: UserId) => told.filter((one) => one.userId === userId),
    async stop() {
      await Promise.all(stops.map((stop) => stop()));
      await nats.stop();
      await database.stop();
    },
  };
  return stage;
}

export type Stage = Awaited<ReturnType<typeof createStage>>;

/** What a killed Postgres said is committed must be there afterwards; a test database forgets the last moments. */
async function keepCommits({ settings }: TestDatabase): Promise<void> {
  const client = new pg.Client(settings);
  await client.connect();
  await client.query(`alter database ${settings.database} set synchronous_commit = on`);
  await client.end();
}

const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

/** Asks until the answer is true; the test's own time limit ends it. */
export async function until(isTrue: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await isTrue())) await turn();
}
