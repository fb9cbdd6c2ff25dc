import { type JetStreamManager, jetstream, jetstreamManager } from '@nats-io/jetstream';
import {
  againHeader,
  type ConversationId,
  commandBatchSubject,
  commandStream,
  deleteMessage,
  eventStream,
  eventSubject,
  type Message,
  maxCommandBatchBytes,
  messageStored,
  parseWorkSubject,
  partitionCount,
  partitionOf,
  replyHeader,
  replyInbox,
  type sendMessage,
  splitLines,
  type UserId,
} from '@storm/contracts';
import { type Bus, createPublisher, encodeHeaders } from '@storm/runtime';
import { createInbox } from 'nats';
import type { Static } from 'typebox';
import { uuidv7 } from 'uuidv7';
import { openDeadLetters } from './domain/redrive-dead-letters.ts';
import { startMessageService, type TestMessageService } from './test-message-service.ts';

type Reply = [token: string, isProblem: 0 | 1, answer: Static<typeof sendMessage.answer>];

let service: TestMessageService;
let gateway: Bus;
let manager: JetStreamManager;

beforeAll(async () => {
  service = await startMessageService();
  gateway = await service.testBus.connect('gateway');
  manager = await jetstreamManager(await gateway.first);
});

afterAll(() => service.stop());

/** Publishes commands as one message and gathers an answer to each. */
async function submit(partition: number, commands: readonly unknown[]): Promise<Reply[]> {
  const connection = await gateway.first;
  const inbox = createInbox(gateway.inboxPrefix);
  const answers = connection.subscribe(replyInbox(inbox, '*'), { timeout: 10_000 });
  connection.publish(commandBatchSubject(partition), JSON.stringify(commands), {
    headers: encodeHeaders({ [replyHeader]: replyInbox(inbox, '-') }),
  });
  const replies: Reply[] = [];
  for await (const answer of answers) {
    replies.push(...answer.json<Reply[]>());
    if (replies.length >= commands.length) break;
  }
  return replies.sort(([one], [other]) => one.localeCompare(other));
}

const sendOf = (token: string, conversationId: ConversationId, senderId: UserId, text = token) => [
  token,
  'send-message',
  { conversationId, senderId, key: token, text, attachments: [] },
];

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

/** What the event stream holds under a subject. */
async function readEvents(subject: string) {
  const consumer = await jetstream(await gateway.first).consumers.get(eventStream.name, {
    filter_subjects: subject,
  });
  const { num_pending: count } = await consumer.info();
  const events = [];
  if (count > 0)
    for await (const event of await consumer.fetch({ max_messages: count, expires: 5_000 })) {
      const documents = splitLines(event.data).map(
        (line) => JSON.parse(Buffer.from(line).toString()) as Message,
      );
      const { headers } = event;
      const isAgain = headers?.has(againHeader) ?? false;
      events.push({ id: headers?.get('ce-id'), documents, isAgain, bytes: event.data.length });
      if (events.length === count) break;
    }
  return events;
}

const leftInStream = async (): Promise<number> =>
  (await manager.streams.info(commandStream.name)).state.messages;

async function untilDone(): Promise<void> {
  const until = Date.now() + 10_000;
  while ((await leftInStream()) > 0) {
    if (Date.now() > until) throw new Error('commands were never acknowledged');
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}

/** Messages that the service was given and has not acknowledged. */
async function countTaken(): Promise<number> {
  const consumers = await manager.consumers.list(commandStream.name).next();
  return consumers.reduce((sum, one) => sum + one.num_ack_pending, 0);
}

/** What it gives once it gives the same twice, longer apart than a pull request lasts. */
async function untilSteady(read: () => Promise<number>): Promise<number> {
  for (let before = -1, now = await read(); ; before = now, now = await read()) {
    if (now > 0 && now === before) return now;
    await new Promise((resolve) => setTimeout(resolve, 800));
  }
}

function idIn(partition: number): ConversationId {
  for (;;) {
    const id = uuidv7() as ConversationId;
    if (partitionOf(id) === partition) return id;
  }
}

it('each command of a batch is stored once, in order, answered under its token, and the batch acknowledged', async () => {
  const { conversationId, alice, bob } = await service.commander.createDirect();
  const commands = Array.from({ length: 150 }, (_, index) =>
    sendOf(`k${String(index).padStart(3, '0')}`, conversationId, index % 2 ? alice : bob),
  );
  const partition = partitionOf(conversationId);
  const replies = await submit(partition, commands);
  expect(replies.map(([, , { seq }]) => seq)).toEqual(commands.map((_, index) => index + 1));
  const again = await submit(partition, commands);
  expect(again.map(([, , answer]) => answer)).toEqual(
    replies.map(([, , answer]) => ({ ...answer, duplicate: true })),
  );
  await untilDone();
});

it('messages of a conversation that are stored together are told together, a document a line, also when one is sent again', async () => {
  const { conversationId, alice, bob } = await service.commander.createDirect();
  const subject = eventSubject(messageStored, conversationId);
  const commands = upTo(40).map((n) => sendOf(`k${n}`, conversationId, n % 2 ? alice : bob));
  await submit(partitionOf(conversationId), commands);
  await untilDone();
  const told = await readEvents(subject);
  expect(told.map(({ documents }) => documents.map(({ seq }) => seq))).toEqual([
    upTo(32),
    upTo(40).slice(32),
  ]);
  const ids = told.map(({ documents: [first] }) => first?.id);
  expect(told.map(({ id }) => id)).toEqual([`${ids[0]}+31`, `${ids[1]}+7`]);
  await submit(partitionOf(conversationId), [commands[20], commands[38]]);
  await untilDone();
  expect(await readEvents(subject)).toEqual(told);
});

it('long messages that are stored together are told one by one', async () => {
  const { conversationId, alice } = await service.commander.createDirect();
  const text = 'x'.repeat(16_000);
  const parcels = upTo(3).map((parcel) =>
    upTo(7).map((n) => sendOf(`${parcel}-${n}`, conversationId, alice, text)),
  );
  const connection = await gateway.first;
  await service.read('begin');
  await service.read('lock table message.conversation in exclusive mode');
  for (const parcel of parcels)
    connection.publish(commandBatchSubject(partitionOf(conversationId)), JSON.stringify(parcel));
  await untilSteady(countTaken);
  await service.read('rollback');
  await untilDone();
  const told = await readEvents(eventSubject(messageStored, conversationId));
  expect(told.flatMap(({ documents }) => documents.map(({ seq }) => seq))).toEqual(upTo(21));
  expect(Math.max(...told.map(({ bytes }) => bytes))).toBeLessThan(256 * 1_024);
});

it('what was told beside a message that is deleted stays in the stream, and only that', async () => {
  const { conversationId, alice } = await service.commander.createDirect();
  const subject = eventSubject(messageStored, conversationId);
  await submit(
    partitionOf(conversationId),
    ['a', 'b', 'c'].map((key) => sendOf(key, conversationId, alice)),
  );
  await untilDone();
  await service.commander.change(deleteMessage, conversationId, alice, { seq: 2 });
  await untilDone();
  const told = await readEvents(subject);
  expect(told.map(({ documents }) => documents.map(({ text }) => text))).toEqual([['a', 'c']]);
  expect(told.map(({ isAgain }) => isAgain)).toEqual([true]);
});

it('a poisonous command of a batch is parked by itself and comes back by itself; its neighbours are stored', async () => {
  const { conversationId, alice } = await service.commander.createDirect();
  const replies = await submit(partitionOf(conversationId), [
    sendOf('a', conversationId, alice),
    ['b', 'send-message', { conversationId, nonsense: true }],
    ['c', 'no-such-verb', { conversationId }],
    sendOf('d', conversationId, alice),
  ]);
  expect(replies.map(([token, isProblem]) => [token, isProblem])).toEqual([
    ['a', 0],
    ['b', 1],
    ['c', 1],
    ['d', 0],
  ]);
  expect(replies[3]?.[2].seq).toBe(2);
  await untilDone();
  const operator = await service.testBus.connect('operator');
  const box = await openDeadLetters(await operator.first, createPublisher(operator));
  const letters = (await box.list(10)).filter(({ subject }) => subject.includes(conversationId));
  expect(letters.map(({ subject }) => parseWorkSubject(subject)?.verb)).toEqual([
    'send-message',
    'no-such-verb',
  ]);
});

it('what is no batch at all is parked and stops nothing', async () => {
  const { conversationId, alice } = await service.commander.createDirect();
  const parked = service.commander.nextEvent('dead.COMMANDS.message');
  await service.commander.publishRaw(commandBatchSubject(partitionOf(conversationId)), '{"not":"a list"}');
  await parked;
  const reply = await service.commander.send(conversationId, alice, 'after', 'after');
  expect(reply.message.seq).toBe(1);
});

it('of a backlog of large batches only so much is taken at a time as memory allows, and all is worked on', async () => {
  await service.read('begin');
  await service.read('lock table message.conversation in exclusive mode');
  const connection = await gateway.first;
  for (let partition = 0; partition < partitionCount; partition++) {
    const conversationId = idIn(partition);
    const sender = service.commander.newUser();
    const large = ['a', 'b', 'c', 'd', 'e', 'f', 'g'].map((key) =>
      sendOf(key, conversationId, sender, key.repeat(16_000)),
    );
    const batch = JSON.stringify(large);
    for (let count = 0; count < 16; count++) connection.publish(commandBatchSubject(partition), batch);
  }
  await connection.flush();
  const taken = await untilSteady(async () => (await countTaken()) * 7 * 16_000);
  expect(taken).toBeGreaterThan(1_048_576);
  expect(taken).toBeLessThan(7 * 1_048_576);
  await service.read('rollback');
  await untilDone();
});

it('a batch goes where the stream puts the commands of its conversations', async () => {
  const name = 'PARTITIONS';
  const { subject_transform } = commandStream;
  await manager.streams.add({
    name,
    subjects: ['trial.conversation.*.*'],
    subject_transform: { ...subject_transform, src: 'trial.conversation.*.*' },
  });
  const ids = Array.from({ length: 100 }, () => uuidv7());
  const connection = await gateway.first;
  for (const id of ids) await connection.request(`trial.conversation.${id}.send-message`, '{}');
  for (const [index, id] of ids.entries()) {
    const stored = await manager.streams.getMessage(name, { seq: index + 1 });
    expect(parseWorkSubject(stored?.subject ?? '')).toMatchObject({ partition: partitionOf(id) });
  }
  await manager.streams.delete(name);
});

it('bounds of a batch stay inside what the stream takes', () => {
  expect(maxCommandBatchBytes * 1.5).toBeLessThan(commandStream.max_msg_size);
});
