import { setTimeout as delay } from 'node:timers/promises';
import { jetstream, jetstreamManager } from '@nats-io/jetstream';
import { eventStream, sessionRevoked, userRegistered } from '@storm/contracts';
import { createValidator, type HealthReport } from '@storm/runtime';
import { createEventStream, type Platform, type Replica, startPlatform } from '../../test/start-platform.ts';

let platform: Platform;
let one: Replica;
let two: Replica;

beforeAll(async () => {
  platform = await startPlatform();
  [one, two] = await Promise.all([platform.startReplica(), platform.startReplica()]);
});
afterAll(() => platform.stop());

interface Stored {
  subject: string;
  type: string;
  id: string;
  data: unknown;
}

/** Reads the stream of events from its beginning until it has so many of one user. */
async function readEvents(userId: string, count: number): Promise<Stored[]> {
  const bus = await platform.nats.connect('reader');
  const consumer = await jetstream(bus.connection).consumers.get(eventStream.name, {
    filter_subjects: `event.user.${userId}.>`,
  });
  const events: Stored[] = [];
  const messages = await consumer.consume();
  for await (const message of messages) {
    const { subject, headers } = message;
    const [type = '', id = ''] = ['ce-type', 'Nats-Msg-Id'].map((name) => headers?.get(name));
    events.push({ subject, type, id, data: message.json() });
    if (events.length === count) break;
  }
  return events;
}

const isOutboxEmpty = async () => (await platform.query('select 1 from account.outbox')).length === 0;

test('without the stream events wait, and the health report says so', async () => {
  const { user } = await one.register('early');
  expect(await isOutboxEmpty()).toBe(false);
  await one.bus.first;
  const readiness = () => one.call<HealthReport>('GET', '/');
  while ((await readiness()).body.status !== 'degraded') await delay(50);
  expect(await readiness()).toMatchObject({
    status: 200,
    body: { dependencies: { outbox: { status: 'down' } } },
  });
  await createEventStream(platform.nats);
  const [event] = await readEvents(user.id, 1);
  expect(event).toMatchObject({
    subject: `event.user.${user.id}.user-registered.v1`,
    type: userRegistered.type,
    data: user,
  });
  expect(createValidator(userRegistered.data)(event?.data)).toEqual(user);
});

test('a life of one user arrives in its order, whichever replica did what', async () => {
  const first = await one.register('ordered');
  const json = { username: 'ordered', password: 'correct horse battery' };
  const second = await two.call<typeof first>('POST', '/auth/login', { json });
  await two.call('POST', '/auth/logout', { token: first.accessToken });
  await one.call('POST', '/auth/logout', { token: second.body.accessToken });
  const events = await readEvents(first.user.id, 3);
  expect(events.map(({ type }) => type)).toEqual([
    userRegistered.type,
    sessionRevoked.type,
    sessionRevoked.type,
  ]);
  expect(events.slice(1).map(({ data }) => createValidator(sessionRevoked.data)(data).sessionId)).toEqual([
    first.sessionId,
    second.body.sessionId,
  ]);
});

test('a replica that stops publishes its last events first', async () => {
  const leaving = await platform.startReplica();
  const { user } = await leaving.register('lastwords');
  expect(await leaving.stop()).toEqual([]);
  expect((await readEvents(user.id, 1)).map(({ type }) => type)).toEqual([userRegistered.type]);
});

test('a theft is told like a sign-out', async () => {
  const first = await one.register('stolen');
  const second = await one.refresh(first.refreshToken);
  await one.refresh(second.body.refreshToken);
  await two.refresh(first.refreshToken);
  const events = await readEvents(first.user.id, 2);
  expect(events[1]).toMatchObject({ type: sessionRevoked.type, data: { sessionId: first.sessionId } });
});

test('what happens while NATS is down is published when it is back, each event once', async () => {
  platform.nats.server.kill();
  await platform.nats.server.exited;
  const names = Array.from({ length: 12 }, (_, index) => `offline-${index}`);
  const users = await Promise.all(names.map((name, index) => (index % 2 ? one : two).register(name)));
  expect(await isOutboxEmpty()).toBe(false);
  await platform.nats.server.restart();
  const events = await Promise.all(users.map(({ user }) => readEvents(user.id, 1)));
  expect(events.flat().map(({ data }) => data)).toEqual(users.map(({ user }) => user));
  const bus = await platform.nats.connect('counter');
  const manager = await jetstreamManager(bus.connection);
  const { state } = await manager.streams.info(eventStream.name, {
    subjects_filter: 'event.user.*.user-registered.v1',
  });
  const published = Object.values(state.subjects ?? {});
  const [people] = await platform.query<{ count: string }>('select count(*) from account.person');
  expect(published.reduce((sum, count) => sum + count, 0)).toBe(Number(people?.count));
});

test('an event that was published and not forgotten is dropped by the stream when it comes again', async () => {
  const { user } = await one.register('twice');
  const [event] = await readEvents(user.id, 1);
  const row = [event?.id, userRegistered.type, user.id, JSON.stringify(user)];
  await platform.query(
    `insert into account.outbox (event_id, type, person_id, occurred_at, data) values ($1, $2, $3, now(), $4)`,
    row,
  );
  const { accessToken } = await one
    .call<{ accessToken: string }>('POST', '/auth/login', {
      json: { username: 'twice', password: 'correct horse battery' },
    })
    .then(({ body }) => body);
  await one.call('POST', '/auth/logout', { token: accessToken });
  const events = await readEvents(user.id, 2);
  expect(events.map(({ type }) => type)).toEqual([userRegistered.type, sessionRevoked.type]);
});
