import { type JetStreamManager, jetstreamManager, type StreamConfig } from '@nats-io/jetstream';
import { type RunningNats, startNats } from '@storm/devstack';
import { type Bus, createBus } from './bus.ts';
import { createLogger } from './logger.ts';
import { createPublisher, type Outgoing, type Publisher } from './publish.ts';

let nats: RunningNats;
let bus: Bus;
let manager: JetStreamManager;
let publisher: Publisher;
let streams = 0;

beforeAll(async () => {
  nats = await startNats();
  const log = createLogger('test', 'silent', 'test');
  bus = createBus({ url: nats.url, name: 'test', inboxPrefix: '_INBOX_test' }, log);
  manager = await jetstreamManager(await bus.first);
  publisher = createPublisher(bus, { timeoutMs: 2_000 });
});
afterAll(async () => {
  await bus.drain();
  await nats.stop();
});

/** A stream of its own. @returns its name, which is also the root of its subjects */
async function addStream(config: Record<string, unknown> = {}): Promise<string> {
  const name = `S${streams++}`;
  const whole = { name, subjects: [`${name}.>`], allow_batched: true, ...config };
  await manager.streams.add(whole as unknown as StreamConfig & { name: string });
  return name;
}
const messagesFor = (stream: string, count: number, ids = 'id'): Outgoing[] =>
  Array.from({ length: count }, (_, index) => ({
    subject: `${stream}.some`,
    data: Buffer.from(String(index)),
    headers: { 'Nats-Msg-Id': `${ids}-${index}` },
  }));
const kept = async (stream: string): Promise<string[]> => {
  const { state } = await manager.streams.info(stream);
  const texts: string[] = [];
  for (let seq = state.first_seq; seq <= state.last_seq && state.messages > 0; seq++) {
    texts.push((await manager.streams.getMessage(stream, { seq }))?.string() ?? '');
  }
  return texts;
};
const numbers = (count: number): string[] => Array.from({ length: count }, (_, index) => String(index));

test('messages that are sent together are kept in order, for one acknowledgement of the last', async () => {
  const stream = await addStream();
  const ack = await publisher.publishTogether(messagesFor(stream, 500));
  expect(ack).toMatchObject({ stream, sequence: 500, count: 500 });
  expect(await kept(stream)).toEqual(numbers(500));
  expect(publisher.inFlight).toBe(0);
});

test('several batches at once and single messages between them stay in the order in which they were sent', async () => {
  const stream = await addStream();
  const single = (text: string) => publisher.publish(`${stream}.some`, Buffer.from(text));
  const acks = await Promise.all([
    publisher.publishTogether(messagesFor(stream, 3, 'a')),
    single('between'),
    publisher.publishTogether(messagesFor(stream, 2, 'b')),
  ]);
  expect(acks.map(({ sequence }) => sequence)).toEqual([3, 4, 6]);
  expect(await kept(stream)).toEqual([...numbers(3), 'between', ...numbers(2)]);
});

test('what the stream has already is dropped by its id', async () => {
  const stream = await addStream();
  const [first, second, third] = messagesFor(stream, 3) as [Outgoing, Outgoing, Outgoing];
  await publisher.publish(second.subject, second.data, second.headers);
  expect(await publisher.publishTogether([first, second, third])).toMatchObject({ count: 3 });
  expect(await kept(stream)).toEqual(['1', '0', '2']);
});

test('a batch that is there already is acknowledged once more, and kept once', async () => {
  const stream = await addStream();
  const batch = messagesFor(stream, 3);
  await publisher.publishTogether(batch);
  expect(await publisher.publishTogether(batch)).toMatchObject({ count: 3 });
  expect(await kept(stream)).toEqual(numbers(3));
});

test('what stands behind a message that is refused is not kept; sent again when there is room, the batch is whole and in order', async () => {
  const stream = await addStream({ max_msg_size: 100 });
  const batch = messagesFor(stream, 5).map((one, index) =>
    index === 2 ? { ...one, data: Buffer.from('2'.repeat(200)) } : one,
  );
  await expect(publisher.publishTogether(batch)).rejects.toMatchObject({ slug: 'service-unavailable' });
  expect(await kept(stream)).toEqual(['0', '1']);
  await manager.streams.update(stream, { max_msg_size: 1_000 });
  expect(await publisher.publishTogether(batch)).toMatchObject({ count: 5 });
  expect((await kept(stream)).map((text) => text[0])).toEqual(numbers(5));
});

test.each([
  ['that takes no batches', { allow_batched: false }],
  ['that is full', { max_msgs: 1, discard: 'new' }],
])('a stream %s refuses, and nobody believes that it has kept all', async (_what, config) => {
  const stream = await addStream(config);
  await expect(publisher.publishTogether(messagesFor(stream, 5))).rejects.toMatchObject({
    slug: 'service-unavailable',
  });
  expect((await kept(stream)).length).toBeLessThan(5);
});

test('a subject that no stream takes is told as such, or in time', async () => {
  await expect(publisher.publishTogether(messagesFor('NOWHERE', 3))).rejects.toMatchObject({
    slug: 'service-unavailable',
  });
  expect(publisher.inFlight).toBe(0);
});
