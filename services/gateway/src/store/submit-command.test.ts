import { jetstreamManager } from '@nats-io/jetstream';
import {
  type ConversationId,
  commandStream,
  isCommandBatch,
  type MarkRead,
  markRead,
  partitionOf,
  type UserId,
} from '@storm/contracts';
import { type Bus, Problem } from '@storm/runtime';
import { createTestBus, type TestBus } from '@storm/testing';
import { uuidv7 } from 'uuidv7';
import { answerCommands } from '../../test/answer-commands.ts';
import { type CommandSubmitter, createCommandSubmitter } from './submit-command.ts';

let testBus: TestBus;
let bus: Bus;
let submitter: CommandSubmitter;
const userId = uuidv7() as UserId;
const refusedSeq = 13;

beforeAll(async () => {
  testBus = await createTestBus();
  bus = await testBus.connect('gateway');
  submitter = createCommandSubmitter(bus, { acceptedAfterMs: 300 });
});
beforeEach(async () => {
  const { name, subjects, retention, discard, subject_transform } = commandStream;
  const manager = await jetstreamManager(bus.connection);
  await manager.streams.add({ name, subjects: [...subjects], retention, discard, subject_transform });
});
afterEach(async () => {
  const manager = await jetstreamManager(bus.connection);
  await manager.streams.delete(commandStream.name);
});
afterAll(() => testBus.stop());

const submit = (conversationId: ConversationId, seq: number) => {
  const data: MarkRead = { conversationId, userId, seq };
  return submitter.submit(markRead, conversationId, data);
};
const subjectsInStream = async (): Promise<string[]> => {
  const manager = await jetstreamManager(bus.connection);
  const info = await manager.streams.info(commandStream.name, { subjects_filter: '>' });
  return Object.keys(info.state.subjects ?? {});
};

test('commands of one tick leave as one message a partition; each gets its own outcome', async () => {
  const peers = await testBus.connect('peers');
  const refusal = new Problem('too-far', { status: 409, title: 'Too far', retryable: false });
  const seen = answerCommands(peers, ({ data }) => (data.seq === refusedSeq ? refusal : { seq: data.seq }));
  await peers.connection.flush();
  const conversations = Array.from({ length: 5 }, () => uuidv7() as ConversationId);
  const asked = conversations.flatMap((id) => Array.from({ length: 20 }, (_, seq) => submit(id, seq)));
  const outcomes = await Promise.allSettled(asked);
  for (const [index, outcome] of outcomes.entries()) {
    const seq = index % 20;
    if (seq === refusedSeq) expect(outcome).toMatchObject({ reason: { slug: 'too-far' } });
    else expect(outcome).toMatchObject({ value: { status: 'stored', answer: { seq } } });
  }
  const partitions = new Set(conversations.map(partitionOf));
  const subjects = await subjectsInStream();
  expect(subjects.every(isCommandBatch)).toBe(true);
  expect(subjects).toHaveLength(partitions.size);
  for (const id of conversations) {
    const seqs = seen.filter(({ data }) => data.conversationId === id).map(({ data }) => data.seq);
    expect(seqs).toEqual(Array.from({ length: 20 }, (_, seq) => seq));
  }
  await peers.drain();
});

test('commands of one tick that nobody works on are all accepted, once the stream has them', async () => {
  const id = uuidv7() as ConversationId;
  const outcomes = await Promise.all([submit(id, 1), submit(id, 2), submit(id, 3)]);
  expect(outcomes).toEqual(Array.from({ length: 3 }, () => ({ status: 'accepted' })));
  expect(submitter.inFlight).toBe(0);
});

test('commands of one tick are all refused when the stream refuses their message', async () => {
  const manager = await jetstreamManager(bus.connection);
  await manager.streams.update(commandStream.name, { max_msgs: 1 });
  await submit(uuidv7() as ConversationId, 0);
  const id = uuidv7() as ConversationId;
  const outcomes = await Promise.allSettled([submit(id, 1), submit(id, 2)]);
  for (const one of outcomes) expect(one).toMatchObject({ reason: { slug: 'service-unavailable' } });
});
