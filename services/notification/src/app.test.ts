import {
  deadLetterStream,
  eventHeaders,
  eventSubject,
  joinLines,
  listInbox,
  messageChanged,
  messageStored,
  readInbox,
  type UserId,
} from '@storm/contracts';
import { request } from '@storm/runtime';
import { createStage, type Stage, until } from '../test/create-stage.ts';
import { newConversation, newMessage, newUser } from '../test/fixtures.ts';

let stage: Stage;

beforeAll(async () => {
  stage = await createStage();
  await stage.createStreams();
  stage.serveMembers();
  const replicas = await Promise.all([stage.startApp('one'), stage.startApp('two')]);
  await until(async () => {
    const checks = await Promise.allSettled(replicas.map(({ app }) => app.checkConsuming()));
    return checks.every(({ status }) => status === 'fulfilled');
  });
});
afterAll(() => stage?.stop());

const list = (userId: UserId, page: { limit?: number; before?: string } = {}) =>
  request(stage.peer, listInbox, { userId, ...page });
const read = (userId: UserId, upTo?: string) =>
  request(stage.peer, readInbox, { userId, ...(upTo === undefined ? {} : { upTo }) });

const startConversation = (count = 2) => {
  const userIds = Array.from({ length: count }, newUser);
  const conversationId = newConversation();
  stage.members.set(conversationId, userIds);
  const [senderId, reader] = userIds;
  if (senderId === undefined || reader === undefined) throw new Error('two at least');
  const say = (text: string, seq = 1) => newMessage({ conversationId, senderId, text, seq });
  return { conversationId, senderId, reader, userIds, say };
};

test('an inbox follows the edits of a message, and shows nothing of one that was deleted', async () => {
  const { conversationId, senderId, reader, say } = startConversation();
  const message = say('Meet at six');
  await stage.tell([message]);
  await until(() => stage.toldTo(reader).length > 0);
  const previews = async () => (await list(reader)).items.map(({ preview }) => preview);
  const change = async (changed: Partial<typeof message>, revision: number) => {
    const data = {
      conversationId,
      actorId: senderId,
      verb: 'some-verb',
      message: { ...message, ...changed, revision },
    };
    const id = `changed:${message.id}:${revision}`;
    const headers = eventHeaders(messageChanged, id, message.storedAt);
    const subject = eventSubject(messageChanged, conversationId);
    await stage.publisher.publish(subject, Buffer.from(JSON.stringify(data)), headers);
  };
  await change({ text: 'Meet at seven' }, 1);
  await until(async () => (await previews())[0] === 'Meet at seven');
  await change({ text: '', deletedAt: message.storedAt }, 2);
  await until(async () => (await previews())[0] === '');
});

test('a stored message is in the inbox of the other member, who is told of it', async () => {
  const { conversationId, senderId, reader, say } = startConversation();
  const message = say('Are you there?', 7);
  await stage.tell([message]);
  await until(() => stage.toldTo(reader).length > 0);
  const inbox = await list(reader);
  const item = {
    id: expect.stringMatching(/^00000000-0001-8/),
    messageId: message.id,
    ...{ conversationId, senderId, seq: 7, preview: 'Are you there?', createdAt: message.storedAt },
  };
  expect(inbox).toEqual({ unread: 1, revision: 1, items: [item] });
  expect(stage.toldTo(reader)).toEqual([
    {
      userId: reader,
      id: `inbox:${reader}:${inbox.items[0]?.id}`,
      data: { unread: 1, revision: 1, latest: item },
    },
  ]);
  expect(await list(senderId)).toEqual({ unread: 0, revision: 0, items: [] });
});

test('messages that arrive together are told once, and asked about once', async () => {
  const { reader, say } = startConversation();
  const questionsBefore = stage.questions;
  await stage.tell(Array.from({ length: 100 }, (_, seq) => say('Hello', seq + 1)));
  await until(() => stage.toldTo(reader).some(({ data }) => data.unread === 100));
  await stage.handled();
  const told = stage.toldTo(reader);
  expect(told.length).toBeLessThan(50);
  expect(stage.questions - questionsBefore).toBe(told.length);
  expect(Math.max(...told.map(({ data }) => data.revision))).toBe(told.length);
});

test('messages that were told as one event are in the inbox each', async () => {
  const { conversationId, reader, say } = startConversation();
  const messages = [1, 2, 3].map((seq) => say('Hello', seq));
  const headers = eventHeaders(messageStored, `${messages[0]?.id}+2`, messages[0]?.storedAt ?? '');
  const data = joinLines(messages.map((message) => JSON.stringify(message)));
  await stage.publisher.publish(eventSubject(messageStored, conversationId), data, headers);
  await stage.handled();
  expect(await list(reader)).toMatchObject({ unread: 3 });
});

test('two replicas share the work and every inbox has each message once', async () => {
  const talks = Array.from({ length: 20 }, () => startConversation(5));
  const messages = Array.from({ length: 40 }, (_, seq) =>
    talks.map(({ say }) => say('Hello', seq + 1)),
  ).flat();
  await stage.tell(messages);
  await stage.handled();
  await stage.tell(messages.slice(0, 200), ':again');
  await stage.handled();
  for (const { conversationId, userIds, senderId } of talks) {
    const ids = messages.filter((one) => one.conversationId === conversationId).map((one) => one.id);
    for (const userId of userIds.filter((one) => one !== senderId)) {
      const { unread, items } = await list(userId, { limit: 100 });
      expect(unread).toBe(40);
      expect(items.map((item) => item.messageId).sort()).toEqual([...ids].sort());
    }
  }
});

test('reading marks up to an item or all, and tells the other devices each change once', async () => {
  const { reader, say } = startConversation();
  await stage.tell([say('1'), say('2'), say('3')]);
  await stage.handled();
  const [, second] = (await list(reader)).items;
  const { revision } = await list(reader);
  const told = stage.toldTo(reader).length;
  expect(await read(reader, second?.id)).toEqual({ unread: 1, revision: revision + 1 });
  expect(await read(reader, second?.id)).toEqual({ unread: 1, revision: revision + 1 });
  expect(await read(reader)).toEqual({ unread: 0, revision: revision + 2 });
  await until(() => stage.toldTo(reader).length === told + 2);
  const [first, last] = stage.toldTo(reader).slice(told);
  expect(first?.data).toEqual({ unread: 1, revision: revision + 1, latest: null });
  expect(last?.data).toEqual({ unread: 0, revision: revision + 2, latest: null });
});

test('pages go on below an item', async () => {
  const { reader, say } = startConversation();
  await stage.tell(Array.from({ length: 5 }, () => say('Hello')));
  await stage.handled();
  const { items } = await list(reader);
  const page = await list(reader, { limit: 2, before: String(items[1]?.id) });
  expect(page.items).toEqual(items.slice(2, 4));
});

test('an id that is not of this inbox is refused', async () => {
  await expect(list(newUser(), { before: 'no item' })).rejects.toMatchObject({
    slug: 'inbox-item-not-found',
  });
  await expect(read(newUser(), String(newMessage().id))).rejects.toMatchObject({
    slug: 'inbox-item-not-found',
  });
  await expect(request(stage.peer, listInbox, { userId: 'x' as UserId })).rejects.toMatchObject({
    status: 400,
  });
});

test('a conversation of 200 notifies everyone, one of 201 no one', async () => {
  const [large, tooLarge] = [startConversation(200), startConversation(201)];
  await stage.tell([large.say('Hello'), tooLarge.say('Hello')]);
  await stage.handled();
  expect(await list(large.userIds[199] as UserId)).toMatchObject({ unread: 1 });
  expect(await list(tooLarge.reader)).toMatchObject({ unread: 0, items: [] });
});

test('a burst in large groups is handled in parts and still told once to each', async () => {
  const talk = startConversation(150);
  const messages = Array.from({ length: 60 }, (_, seq) => talk.say('Hello', seq + 1));
  await stage.tell(messages);
  await stage.handled();
  for (const userId of talk.userIds.slice(1)) {
    expect(await list(userId, { limit: 1 })).toMatchObject({ unread: 60 });
    const revisions = stage.toldTo(userId).map(({ data }) => data);
    expect(revisions.length).toBeLessThan(30);
    expect(revisions.sort((a, b) => b.revision - a.revision)[0]?.unread).toBe(60);
  }
});

test('an event that cannot be read is parked, its neighbours are handled', async () => {
  const { conversationId, reader, say } = startConversation();
  const subject = eventSubject(messageStored, conversationId);
  await Promise.all([
    stage.tell([say('before')]),
    stage.publisher.publish(subject, Buffer.from('{"id":1}')),
    stage.publisher.publish(subject, Buffer.from('not json')),
    stage.tell([say('after')]),
  ]);
  await stage.handled();
  expect(await list(reader)).toMatchObject({ unread: 2 });
  const { state } = await stage.manager.streams.info(deadLetterStream.name);
  expect(state.messages).toBe(2);
});
