import { deadLetterStream, eventStream, listInbox } from '@storm/contracts';
import { request } from '@storm/runtime';
import { createStage, type Stage, until } from '../test/create-stage.ts';
import { newConversation, newMessage, newUser } from '../test/fixtures.ts';
import { messageStoredDurable } from './app.ts';

const conversationId = newConversation();
const [senderId, reader] = [newUser(), newUser()];
let stage: Stage;
let replica: Awaited<ReturnType<Stage['startApp']>>;
let told = 0;

beforeAll(async () => {
  stage = await createStage();
  stage.members.set(conversationId, [senderId, reader]);
  replica = await stage.startApp('one');
});
afterAll(() => stage?.stop());

const isConsuming = (): Promise<boolean> =>
  replica.app.checkConsuming().then(
    () => true,
    () => false,
  );
const tell = async (count: number): Promise<void> => {
  await stage.tell(Array.from({ length: count }, () => newMessage({ conversationId, senderId })));
  told += count;
};
const isInHand = async (): Promise<boolean> => {
  const info = await stage.manager.consumers.info(eventStream.name, messageStoredDurable);
  return info.num_ack_pending > 0;
};
/** Nothing lost, nothing twice, nothing parked, and the reader was told how it stands. */
const expectAllThere = async (): Promise<void> => {
  await until(() => stage.toldTo(reader).some(({ data }) => data.unread === told));
  expect(await request(stage.peer, listInbox, { userId: reader })).toMatchObject({ unread: told });
  const { state } = await stage.manager.streams.info(deadLetterStream.name);
  expect(state.messages).toBe(0);
};

test('a service that starts before the stream exists says so, and begins when it does', async () => {
  stage.serveMembers();
  await expect(replica.app.checkConsuming()).rejects.toThrow('waiting for the stream EVENTS');
  await stage.createStreams();
  await until(isConsuming);
  await tell(1);
  await expectAllThere();
});

test('messages wait for a message service that is away', async () => {
  await stage.stopMembers();
  await tell(3);
  await until(isInHand);
  stage.serveMembers();
  await expectAllThere();
});

test('messages wait for a Postgres that was killed', async () => {
  stage.database.server.kill('SIGKILL');
  await stage.database.server.exited;
  await tell(3);
  await until(isInHand);
  await stage.database.server.restart();
  await expectAllThere();
});

test('a NATS that was killed and came back is followed', async () => {
  stage.nats.server.kill('SIGKILL');
  await stage.nats.server.restart();
  await until(() => stage.peer.isConnected);
  await tell(3);
  await expectAllThere();
}, 60_000);

test('a stream that was made anew is followed, and what it tells again changes nothing', async () => {
  const messages = [newMessage({ conversationId, senderId }), newMessage({ conversationId, senderId })];
  await stage.tell(messages);
  told += 2;
  await expectAllThere();
  await stage.manager.streams.delete(eventStream.name);
  await stage.createStreams();
  await stage.tell(messages);
  await tell(1);
  await expectAllThere();
}, 60_000);

test('stopping while nothing can be handled gives the messages back', async () => {
  await stage.stopMembers();
  await tell(3);
  await until(isInHand);
  expect(await replica.stop()).toEqual([]);
  await stage.startApp('two');
  stage.serveMembers();
  await expectAllThere();
});
