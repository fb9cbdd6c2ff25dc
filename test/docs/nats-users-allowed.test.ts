import { DeliverPolicy, jetstream, jetstreamManager } from '@nats-io/jetstream';
import { Kvm } from '@nats-io/kv';
import {
  commandStream,
  commandSubject,
  deadLetterStream,
  eventDurable,
  eventHeaders,
  eventStream,
  eventSubject,
  inboxPrefix,
  isMember,
  liveSubject,
  mediaJobStream,
  messageStored,
  partitionCount,
  partitionDurable,
  partitionFilter,
  peerSubject,
  processMedia,
  processMediaSubject,
  replyHeader,
  sendMessage,
  serviceNames,
  sessionRevoked,
} from '@storm/contracts';
import { commandExamples, eventExamples, exampleIds, queryExamples } from '@storm/contracts/examples';
import { consume, createLogger, defineDoor, Problem, pingQuery, request, serveQuery } from '@storm/runtime';
import { createInbox, type Msg, type NatsConnection } from 'nats';
import { type GuardedNats, startGuardedNats } from './start-guarded-nats.ts';

const log = createLogger('test', 'silent', 'test');
const { ada, group, media: mediaId } = exampleIds;
const stored = eventExamples['message-stored.v1'];
const bytes = (value: unknown) => Buffer.from(JSON.stringify(value));

let nats: GuardedNats;
beforeAll(async () => {
  nats = await startGuardedNats();
}, 120_000);
afterAll(() => nats?.stop());
afterEach(async () => {
  for (const service of serviceNames) expect(await nats.as[service].refusals()).toEqual([]);
});

const tellStored = (id: string, data: Uint8Array = bytes(stored)) => {
  const headers = eventHeaders(messageStored, id, stored.storedAt);
  return nats.as.message.publisher.publish(eventSubject(messageStored, group), data, headers);
};
/** Resolves with the first message that `accept` takes. */
const hear = (connection: NatsConnection, subject: string, accept: (message: Msg) => boolean = () => true) =>
  new Promise<Msg>((resolve, reject) => {
    const subscription = connection.subscribe(subject, {
      callback: (error, message) => {
        if (error) return reject(error);
        if (!accept(message)) return;
        subscription.unsubscribe();
        resolve(message);
      },
    });
  });

test('the gateway gives a command; the message service holds its partition, answers and acknowledges', async () => {
  const { gateway, message } = nats.as;
  const manager = await jetstreamManager(message.connection);
  const work = createInbox(inboxPrefix('message'));
  const taken = hear(message.connection, work, ({ subject }) => subject !== work);
  for (let partition = 0; partition < partitionCount; partition++) {
    const name = partitionDurable(partition);
    await manager.consumers.add(commandStream.name, {
      durable_name: name,
      filter_subject: partitionFilter(partition),
      ack_policy: 'explicit',
      priority_groups: ['owner'],
      priority_policy: 'pinned_client',
      priority_timeout: 2e9,
    });
    await manager.consumers.info(commandStream.name, name);
    await manager.consumers.reset(commandStream.name, name);
    const pull = JSON.stringify({ batch: 1, expires: 20e9, group: 'owner' });
    message.connection.publish(`$JS.API.CONSUMER.MSG.NEXT.${commandStream.name}.${name}`, pull, {
      reply: work,
    });
  }
  const inbox = createInbox(inboxPrefix('gateway'));
  const answer = hear(gateway.connection, inbox);
  const { data } = commandExamples['send-message'];
  await gateway.publisher.publish(commandSubject(sendMessage, group), bytes(data), { [replyHeader]: inbox });
  const command = await taken;
  message.connection.publish(command.headers?.get(replyHeader) ?? '', 'stored');
  command.respond('+ACK');
  expect((await answer).string()).toBe('stored');
  for (let partition = 0; partition < partitionCount; partition++) {
    await manager.consumers.unpin(commandStream.name, partitionDurable(partition), 'owner');
  }
});

test('an event is stored and heard live', async () => {
  const { gateway, user } = nats.as;
  const heard = hear(gateway.connection, liveSubject('conversation', group));
  const ended = hear(gateway.connection, `live.user.*.${sessionRevoked.type}`);
  await gateway.connection.flush();
  await tellStored('live');
  await user.publisher.publish(eventSubject(sessionRevoked, ada), bytes(eventExamples['session-revoked.v1']));
  expect((await heard).json()).toEqual(stored);
  expect((await ended).json()).toEqual(eventExamples['session-revoked.v1']);
});

test('the gateway replays the event stream under flow control', async () => {
  const { connection } = nats.as.gateway;
  const manager = await jetstreamManager(connection, { checkAPI: false });
  const padding = Buffer.alloc(200_000, 'x');
  for (let index = 0; index < 40; index++) await tellStored(`replay-${index}`, padding);
  const { state } = await manager.streams.info(eventStream.name);
  const inbox = createInbox(inboxPrefix('gateway'));
  let paced = 0;
  const end = hear(connection, inbox, (message) => {
    if (message.subject !== inbox) return Number(message.reply?.split('.').at(-4)) === state.last_seq;
    const answerTo = message.reply || message.headers?.get('Nats-Consumer-Stalled');
    if (!answerTo) return false;
    paced++;
    connection.publish(answerTo);
    return false;
  });
  await manager.consumers.add(eventStream.name, {
    deliver_subject: inbox,
    deliver_policy: 'all',
    ack_policy: 'none',
    mem_storage: true,
    flow_control: true,
    idle_heartbeat: 1e9,
  });
  await end;
  expect(paced).toBeGreaterThan(0);
});

test('the gateway reads back which sessions have ended', async () => {
  const consumer = await jetstream(nats.as.gateway.connection).consumers.get(eventStream.name, {
    filter_subjects: [`event.user.*.${sessionRevoked.type}`],
    deliver_policy: DeliverPolicy.All,
  });
  const { num_pending: pending } = await consumer.info();
  expect(pending).toBe(1);
  const read: string[] = [];
  for await (const message of await consumer.fetch({ max_messages: 1, expires: 5_000 }))
    read.push(message.subject);
  expect(read).toEqual([eventSubject(sessionRevoked, ada)]);
  await consumer.delete();
});

test('the gateway and the notification service get answers to what they ask', async () => {
  const { gateway, notification, message } = nats.as;
  const { request: question, answer } = queryExamples['query.message.is-member'];
  const serving = serveQuery(
    message.connection,
    'message',
    defineDoor(isMember, async () => answer),
    log,
  );
  await message.connection.flush();
  expect(await request(gateway.bus, isMember, question)).toEqual(answer);
  await pingQuery(gateway.bus, isMember);
  await serving.stop();
  const asking = notification.connection.request('query.message.list-members', '', { timeout: 2_000 });
  await expect(asking).rejects.toThrow(/no responders/i);
});

test('the notification service consumes events and parks what is poisonous; it is sent back', async () => {
  const { connection, publisher } = nats.as.notification;
  const durable = eventDurable('notification', messageStored);
  let tellParked = (): void => undefined;
  const parked = new Promise<void>((resolve) => {
    tellParked = resolve;
  });
  const consuming = await consume(await jetstreamManager(connection, { checkAPI: false }), {
    ...{ connection, publisher, log, stream: eventStream.name, durable, maxBatch: 1 },
    filterSubjects: [eventSubject(messageStored, '*' as typeof group)],
    async handle([message]) {
      const id = message?.headers?.get('Nats-Msg-Id');
      if (id === 'poison') throw new Problem('poison', { status: 400, title: 'Poison', retryable: false });
      if (id === 'after') tellParked();
    },
  });
  await tellStored('poison');
  await tellStored('after');
  await parked;
  await consuming.stop();
  const manager = await jetstreamManager(nats.as.message.connection);
  const { name } = deadLetterStream;
  const letter = await manager.streams.getMessage(name, { last_by_subj: `dead.EVENTS.${durable}` });
  expect(letter?.json()).toEqual(stored);
  await tellStored('sent back');
  expect(await manager.streams.deleteMessage(name, letter?.seq ?? 0)).toBe(true);
});

test('the media service keeps its records, and takes its jobs', async () => {
  const { connection, publisher } = nats.as.media;
  for (const name of ['media', 'media-slots']) {
    const options = { history: 1, allow_direct: false, max_bytes: 1_048_576 };
    const bucket = await new Kvm(connection).create(name, options);
    const revision = await bucket.create('a.b', '1');
    await bucket.update('a.b', '2', revision);
    expect((await bucket.get('a.b'))?.string()).toBe('2');
    const manager = await jetstreamManager(connection);
    await manager.streams.info(`KV_${name}`, { subjects_filter: '>' });
    await manager.streams.purge(`KV_${name}`, { filter: `$KV.${name}.a.b` });
    await new Kvm(connection).create(name, options);
  }
  let tellTaken = (): void => undefined;
  const taken = new Promise<void>((resolve) => {
    tellTaken = resolve;
  });
  const consuming = await consume(await jetstreamManager(connection), {
    ...{ connection, publisher, log, stream: mediaJobStream.name, maxBatch: 1 },
    durable: `${mediaJobStream.owner}-${processMedia.verb}`,
    filterSubjects: [processMediaSubject('*' as typeof mediaId)],
    handle: async () => tellTaken(),
  });
  await publisher.publish(processMediaSubject(mediaId), bytes({ mediaId }));
  await taken;
  await consuming.stop();
});

test('replicas of the message service hear one another', async () => {
  const { connection } = nats.as.message;
  const heard = hear(connection, peerSubject('message'));
  connection.publish(peerSubject('message'), 'alive');
  expect((await heard).string()).toBe('alive');
});
