import {
  commandBatchSubject,
  deleteMessage,
  eventSubject,
  messageStored,
  partitionOf,
} from '@storm/contracts';
import { type Batcher, createBatcher, sendOf, untilSteady } from './test-batcher.ts';
import { startMessageService, type TestMessageService } from './test-message-service.ts';

let service: TestMessageService;
let batcher: Batcher;

beforeAll(async () => {
  service = await startMessageService();
  batcher = await createBatcher(service);
});

afterAll(() => service.stop());

const upTo = (count: number): number[] => Array.from({ length: count }, (_, index) => index + 1);

it('messages of a conversation that are stored together are told together, a document a line, also when one is sent again', async () => {
  const { conversationId, alice, bob } = await service.commander.createDirect();
  const subject = eventSubject(messageStored, conversationId);
  const commands = upTo(40).map((n) => sendOf(`k${n}`, conversationId, n % 2 ? alice : bob));
  await batcher.submit(partitionOf(conversationId), commands);
  await batcher.untilDone();
  const told = await batcher.readEvents(subject);
  expect(told.map(({ documents }) => documents.map(({ seq }) => seq))).toEqual([
    upTo(32),
    upTo(40).slice(32),
  ]);
  const ids = told.map(({ documents: [first] }) => first?.id);
  expect(told.map(({ id }) => id)).toEqual([`${ids[0]}+31`, `${ids[1]}+7`]);
  await batcher.submit(partitionOf(conversationId), [commands[20], commands[38]]);
  await batcher.untilDone();
  expect(await batcher.readEvents(subject)).toEqual(told);
});

it('long messages that are stored together are told one by one', async () => {
  const { conversationId, alice } = await service.commander.createDirect();
  const text = 'x'.repeat(16_000);
  const parcels = upTo(3).map((parcel) =>
    upTo(7).map((n) => sendOf(`${parcel}-${n}`, conversationId, alice, text)),
  );
  const { connection } = batcher;
  await service.read('begin');
  await service.read('lock table message.conversation in exclusive mode');
  for (const parcel of parcels)
    connection.publish(commandBatchSubject(partitionOf(conversationId)), JSON.stringify(parcel));
  await untilSteady(batcher.countTaken);
  await service.read('rollback');
  await batcher.untilDone();
  const told = await batcher.readEvents(eventSubject(messageStored, conversationId));
  expect(told.flatMap(({ documents }) => documents.map(({ seq }) => seq))).toEqual(upTo(21));
  expect(Math.max(...told.map(({ bytes }) => bytes))).toBeLessThan(256 * 1_024);
});

it('what was told beside a message that is deleted stays in the stream, and only that', async () => {
  const { conversationId, alice } = await service.commander.createDirect();
  const subject = eventSubject(messageStored, conversationId);
  await batcher.submit(
    partitionOf(conversationId),
    ['a', 'b', 'c'].map((key) => sendOf(key, conversationId, alice)),
  );
  await batcher.untilDone();
  await service.commander.change(deleteMessage, conversationId, alice, { seq: 2 });
  await batcher.untilDone();
  const told = await batcher.readEvents(subject);
  expect(told.map(({ documents }) => documents.map(({ text }) => text))).toEqual([['a', 'c']]);
  expect(told.map(({ isAgain }) => isAgain)).toEqual([true]);
});
