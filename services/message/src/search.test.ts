import {
  type ConversationId,
  deleteMessage,
  editMessage,
  hideMessage,
  type MessageSearch,
  removeMember,
  searchMessages,
  sendMessage,
  type UserId,
} from '@storm/contracts';
import { request } from '@storm/runtime';
import { uuidv7 } from 'uuidv7';
import type { Commander } from './test-commander.ts';
import { startMessageService, type TestMessageService } from './test-message-service.ts';

let service: TestMessageService;
let commander: Commander;
let conversationId: ConversationId;
let alice: UserId;
let bob: UserId;
beforeAll(async () => {
  service = await startMessageService();
  commander = service.commander;
});
afterAll(() => service?.stop());
beforeEach(async () => {
  ({ conversationId, alice, bob } = await commander.createDirect());
});

const search = async (userId: UserId, wanted: MessageSearch) =>
  request(await service.testBus.connect('reader'), searchMessages, { userId, ...wanted });
const found = async (userId: UserId, wanted: MessageSearch) =>
  (await search(userId, wanted)).messages.map(({ text }) => text);
const say = (senderId: UserId, text: string, key = uuidv7()) =>
  commander.send(conversationId, senderId, key, text);

it('finds all words and the beginning of words, newest first, at once after they were said', async () => {
  await say(alice, 'The ferry to Trieste leaves at six');
  await say(bob, 'Trieste has a harbour');
  expect(await found(bob, { q: 'trieste' })).toEqual([
    'Trieste has a harbour',
    'The ferry to Trieste leaves at six',
  ]);
  expect(await found(bob, { q: 'FERRY tri' })).toEqual(['The ferry to Trieste leaves at six']);
  await say(alice, 'Back in Trieste');
  expect((await found(bob, { q: 'trieste' }))[0]).toBe('Back in Trieste');
  expect(await found(bob, { q: "'); drop table --" })).toEqual([]);
});

it('narrows by who, where, when and what', async () => {
  const before = new Date(Date.now() - 1_000).toISOString();
  await say(alice, 'look at https://example.org');
  await say(bob, 'look there');
  const file = { mediaId: uuidv7() as never, name: 'a.jpg', contentType: 'image/jpeg', bytes: 9 };
  await commander.ask(sendMessage, conversationId, {
    conversationId,
    senderId: bob,
    key: 'f',
    text: 'look: a picture',
    attachments: [file],
  });
  expect(await found(alice, { q: 'look', from: bob })).toHaveLength(2);
  expect(await found(alice, { q: 'look', has: 'link' })).toEqual(['look at https://example.org']);
  expect(await found(alice, { has: 'image' })).toEqual(['look: a picture']);
  expect(await found(alice, { q: 'look', before })).toEqual([]);
  expect(await found(alice, { q: 'look', after: before, limit: 1 })).toEqual(['look: a picture']);
  expect(await found(alice, { q: 'look', in: uuidv7() as ConversationId })).toEqual([]);
});

it('finds a message as it stands now, and never what was deleted or hidden', async () => {
  await say(alice, 'apples');
  await say(alice, 'apricots');
  expect(await found(bob, { q: 'ap' })).toHaveLength(2);
  await commander.change(editMessage, conversationId, alice, { seq: 1, text: 'pears' });
  expect(await found(bob, { q: 'apples' })).toEqual([]);
  expect(await found(bob, { q: 'pears' })).toEqual(['pears']);
  await commander.change(deleteMessage, conversationId, alice, { seq: 1 });
  await commander.change(hideMessage, conversationId, bob, { seq: 2 });
  expect([await found(bob, { q: 'pears' }), await found(bob, { q: 'apricots' })]).toEqual([[], []]);
  expect(await found(alice, { q: 'apricots' })).toEqual(['apricots']);
  expect(await service.read("select 1 from message.search_document where words @@ 'pears'")).toEqual([]);
});

it('finds nothing in conversations of others, nor in those that one has left', async () => {
  const group = await commander.createGroup();
  await commander.send(group.conversationId, group.owner, 'k1', 'the password is swordfish');
  expect(await found(group.member, { q: 'swordfish' })).toHaveLength(1);
  expect(await found(group.outsider, { q: 'swordfish' })).toEqual([]);
  expect(await found(group.outsider, { in: group.conversationId })).toEqual([]);
  await commander.change(removeMember, group.conversationId, group.member, { userId: group.member });
  expect(await found(group.member, { q: 'swordfish' })).toEqual([]);
});
