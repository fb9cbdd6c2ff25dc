import {
  commandSubject,
  eventDurable,
  eventSubject,
  inboxPrefix,
  messageStored,
  partitionDurable,
  processMediaSubject,
  type ServiceName,
  sendMessage,
  serviceNames,
  sessionRevoked,
} from '@storm/contracts';
import { exampleIds } from '@storm/contracts/examples';
import { type GuardedNats, startGuardedNats } from './start-guarded-nats.ts';

const { ada, group, media } = exampleIds;
const aCommand = commandSubject(sendMessage, group);
const anEvent = eventSubject(messageStored, group);
const inbox = eventDurable('notification', messageStored);

let nats: GuardedNats;
beforeAll(async () => {
  nats = await startGuardedNats();
}, 120_000);
afterAll(() => nats?.stop());

const publishing: [service: ServiceName, what: string, subject: string][] = [
  ['gateway', 'tell an event', anEvent],
  ['gateway', 'end a session by itself', eventSubject(sessionRevoked, ada)],
  ['gateway', 'speak live without the stream', `live.conversation.${group}.message-stored.v1`],
  ['gateway', 'empty the event stream', '$JS.API.STREAM.PURGE.EVENTS'],
  ['gateway', 'change the event stream', '$JS.API.STREAM.UPDATE.EVENTS'],
  ['gateway', 'read commands', '$JS.API.STREAM.MSG.GET.COMMANDS'],
  ['gateway', 'take what the notification service must get', `$JS.API.CONSUMER.MSG.NEXT.EVENTS.${inbox}`],
  ['gateway', 'delete the consumer of the notification service', `$JS.API.CONSUMER.DELETE.EVENTS.${inbox}`],
  ['gateway', 'leave a job for the media service', processMediaSubject(media)],
  ['gateway', 'change records of files', `$KV.media.${media}`],
  ['user', 'send a message', aCommand],
  ['user', 'tell that a message is stored', anEvent],
  ['user', 'ask for the members of a conversation', 'query.message.list-members'],
  ['user', 'look at the event stream', '$JS.API.STREAM.INFO.EVENTS'],
  ['message', 'end a session', eventSubject(sessionRevoked, ada)],
  ['message', 'change records of files', `$KV.media.${media}`],
  ['message', 'delete the event stream', '$JS.API.STREAM.DELETE.EVENTS'],
  ['media', 'send a message', aCommand],
  ['media', 'take commands', `$JS.API.CONSUMER.MSG.NEXT.COMMANDS.${partitionDurable(0)}`],
  ['media', 'read commands', '$JS.API.STREAM.MSG.GET.COMMANDS'],
  ['media', 'acknowledge commands', `$JS.ACK.COMMANDS.${partitionDurable(0)}.1.1.1.1.0`],
  ['notification', 'send a message', aCommand],
  ['notification', 'tell that a message is stored', anEvent],
  ['notification', 'make another consumer', '$JS.API.CONSUMER.DURABLE.CREATE.EVENTS.other'],
  ['notification', 'read dead letters', '$JS.API.STREAM.MSG.GET.DEAD_LETTERS'],
  ['notification', 'ask for a file', 'query.media.open-download'],
];

const listening: [service: ServiceName, what: string, subject: string][] = [
  ...serviceNames.map((service): [ServiceName, string, string] => [service, 'hear everything', '>']),
  ...serviceNames.map((service): [ServiceName, string, string] => [service, 'hear every inbox', '_INBOX.>']),
  ['gateway', 'hear commands', 'command.>'],
  ['gateway', 'answer queries of the message service', 'query.message.is-member'],
  ['user', 'hear live events', 'live.>'],
  ['media', 'hear commands on their way', 'command.conversation.>'],
  ['media', 'hear live events', `live.conversation.${group}.>`],
  ['notification', 'hear events on their way', 'event.>'],
  ['notification', 'hear the peers of the message service', 'peer.message.alive'],
];

const others = serviceNames.flatMap((service) =>
  serviceNames
    .filter((other) => other !== service)
    .map((other): [ServiceName, ServiceName] => [service, other]),
);

test.each(publishing)('%s may not %s', async (service, _what, subject) => {
  const { connection, refusals } = nats.as[service];
  connection.publish(subject, '{}');
  expect(await refusals()).toContain(`publish ${subject}`);
});

test.each(listening)('%s may not %s', async (service, _what, subject) => {
  const { connection, refusals } = nats.as[service];
  connection.subscribe(subject, { callback: () => undefined });
  expect(await refusals()).toContain(`subscription ${subject}`);
});

test.each(others)('%s may not read the inbox of %s', async (service, other) => {
  const { connection, refusals } = nats.as[service];
  const subject = `${inboxPrefix(other)}.>`;
  connection.subscribe(subject, { callback: () => undefined });
  expect(await refusals()).toContain(`subscription ${subject}`);
});

test('nobody comes in without a name, with a wrong password or with that of another', async () => {
  const pass = nats.passwordOf('gateway');
  await expect(nats.knock({})).rejects.toThrow(/authorization/i);
  await expect(nats.knock({ user: 'gateway', pass: 'guess' })).rejects.toThrow(/authorization/i);
  await expect(nats.knock({ user: 'message', pass })).rejects.toThrow(/authorization/i);
  await expect(nats.knock({ user: 'operator', pass })).rejects.toThrow(/authorization/i);
  await expect(nats.knock({ user: 'gateway', pass })).resolves.toBeUndefined();
});
