import {
  type ConversationId,
  commandBatchSubject,
  commandStream,
  maxCommandBatchBytes,
  parseWorkSubject,
  partitionCount,
  partitionOf,
} from '@storm/contracts';
import { createPublisher } from '@storm/runtime';
import { uuidv7 } from 'uuidv7';
import { openDeadLetters } from './domain/redrive-dead-letters.ts';
import { type Batcher, createBatcher, sendOf, untilSteady } from './test-batcher.ts';
import { startMessageService, type TestMessageService } from './test-message-service.ts';

let service: TestMessageService;
let batcher: Batcher;

beforeAll(async () => {
  service = await startMessageService();
  batcher = await createBatcher(service);
});

afterAll(() => service.stop());

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
  const replies = await batcher.submit(partition, commands);
  expect(replies.map(([, , { seq }]) => seq)).toEqual(commands.map((_, index) => index + 1));
  const again = await batcher.submit(partition, commands);
  expect(again.map(([, , answer]) => answer)).toEqual(
    replies.map(([, , answer]) => ({ ...answer, duplicate: true })),
  );
  await batcher.untilDone();
});

it('a poisonous command of a batch is parked by itself and comes back by itself; its neighbours are stored', async () => {
  const { conversationId, alice } = await service.commander.createDirect();
  const replies = await batcher.submit(partitionOf(conversationId), [
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
  await batcher.untilDone();
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
  const { connection } = batcher;
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
  const taken = await untilSteady(async () => (await batcher.countTaken()) * 7 * 16_000);
  expect(taken).toBeGreaterThan(1_048_576);
  expect(taken).toBeLessThan(7 * 1_048_576);
  await service.read('rollback');
  await batcher.untilDone();
});

it('a batch goes where the stream puts the commands of its conversations', async () => {
  const name = 'PARTITIONS';
  const { subject_transform } = commandStream;
  await batcher.manager.streams.add({
    name,
    subjects: ['trial.conversation.*.*'],
    subject_transform: { ...subject_transform, src: 'trial.conversation.*.*' },
  });
  const ids = Array.from({ length: 100 }, () => uuidv7());
  const { connection } = batcher;
  for (const id of ids) await connection.request(`trial.conversation.${id}.send-message`, '{}');
  for (const [index, id] of ids.entries()) {
    const stored = await batcher.manager.streams.getMessage(name, { seq: index + 1 });
    expect(parseWorkSubject(stored?.subject ?? '')).toMatchObject({ partition: partitionOf(id) });
  }
  await batcher.manager.streams.delete(name);
});

it('bounds of a batch stay inside what the stream takes', () => {
  expect(maxCommandBatchBytes * 1.5).toBeLessThan(commandStream.max_msg_size);
});
