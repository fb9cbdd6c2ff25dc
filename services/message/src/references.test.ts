import {
  type Attachment,
  type ConversationId,
  deleteMessage,
  editMessage,
  forwardMessage,
  hideMessage,
  listMessages,
  listReceipts,
  type Message,
  markDelivered,
  mayReadMedia,
  removeMember,
  sendMessage,
  sentMessage,
  type UserId,
} from '@storm/contracts';
import { request } from '@storm/runtime';
import type { Static } from 'typebox';
import { uuidv7 } from 'uuidv7';
import type { Commander } from './test-commander.ts';
import { slugOf, startMessageService, type TestMessageService } from './test-message-service.ts';

let service: TestMessageService;
let commander: Commander;
beforeAll(async () => {
  service = await startMessageService();
  commander = service.commander;
});
afterAll(() => service?.stop());

type Sent = { message: Message; duplicate: boolean };
const ask = async () => service.testBus.connect('reader');
const page = async (conversationId: ConversationId, userId: UserId, limit = 50) =>
  request(await ask(), listMessages, { userId, conversationId, limit });
const post = async (
  conversationId: ConversationId,
  senderId: UserId,
  key: string,
  text: string,
  more: { replyTo?: number; attachments?: Attachment[] } = {},
): Promise<Sent> => {
  const command = { conversationId, senderId, key, text, attachments: [], ...more };
  const answer = (await commander.ask(sendMessage, conversationId, command)) as Static<
    typeof sendMessage.answer
  >;
  return { message: sentMessage(command, answer), duplicate: answer.duplicate };
};
const forward = async (
  senderId: UserId,
  from: { conversationId: ConversationId; seq: number },
  conversationId: ConversationId,
  key = uuidv7(),
) => (await commander.ask(forwardMessage, conversationId, { conversationId, senderId, key, from })) as Sent;

describe('a reply', () => {
  it('keeps its place among plain sends and says what it answers', async () => {
    const { conversationId, alice, bob } = await commander.createDirect();
    await commander.send(conversationId, alice, 'k0', 'a question');
    const sends = Array.from({ length: 60 }, (_, n) =>
      post(conversationId, bob, `k${n}`, `m${n}`, n % 3 === 0 ? { replyTo: 1 } : {}),
    );
    const seqs = (await Promise.all(sends)).map(({ message }) => message.seq);
    expect(seqs).toEqual(Array.from({ length: 60 }, (_, n) => n + 2));
    const { messages } = await page(conversationId, alice, 200);
    expect(messages.filter(({ replyTo }) => replyTo === 1).map(({ text }) => text)).toEqual(
      Array.from({ length: 20 }, (_, n) => `m${n * 3}`),
    );
  });

  it('comes with what it quotes, as that stands now', async () => {
    const { conversationId, alice, bob } = await commander.createDirect();
    await commander.send(conversationId, alice, 'k0', 'a question');
    const { message } = await post(conversationId, bob, 'k1', 'an answer', { replyTo: 1 });
    expect(message).toMatchObject({ seq: 2, replyTo: 1 });
    await commander.change(editMessage, conversationId, alice, { seq: 1, text: 'the question' });
    expect((await page(conversationId, bob, 1)).quoted).toMatchObject([{ seq: 1, text: 'the question' }]);
    await commander.change(deleteMessage, conversationId, alice, { seq: 1 });
    expect((await page(conversationId, bob, 1)).quoted).toMatchObject([{ seq: 1, text: '' }]);
  });

  it('is stored once under its key, and answers one message only', async () => {
    const { conversationId, alice, bob } = await commander.createDirect();
    for (const key of ['a', 'b']) await commander.send(conversationId, alice, key, key);
    const first = await post(conversationId, bob, 'k1', 'yes', { replyTo: 1 });
    const again = await post(conversationId, bob, 'k1', 'yes', { replyTo: 1 });
    expect(again).toEqual({ message: first.message, duplicate: true });
    expect(await slugOf(post(conversationId, bob, 'k1', 'yes', { replyTo: 2 }))).toBe('key-reused');
    expect(await slugOf(post(conversationId, bob, 'k2', 'yes', { replyTo: 99 }))).toBe('message-not-found');
    const eve = commander.newUser();
    expect(await slugOf(post(conversationId, eve, 'k3', 'yes', { replyTo: 99 }))).toBe(
      'conversation-not-found',
    );
    expect((await page(conversationId, alice)).lastSeq).toBe(3);
  });
});

describe('a forward', () => {
  const file: Attachment = { mediaId: uuidv7() as never, name: 'a.jpg', contentType: 'image/jpeg', bytes: 9 };

  it('copies what its sender can read, with its files, and says who wrote it first', async () => {
    const source = await commander.createDirect();
    const target = await commander.createGroup();
    const { alice, bob } = source;
    await commander.ask(sendMessage, source.conversationId, {
      conversationId: source.conversationId,
      senderId: alice,
      key: 'k1',
      text: 'look',
      attachments: [file],
    });
    // Bob is in both.
    const together = await group(bob, target.member);
    const { message } = await forward(bob, { conversationId: source.conversationId, seq: 1 }, together);
    expect(message).toMatchObject({
      senderId: bob,
      text: 'look',
      attachments: [file],
      forwarded: { senderId: alice },
    });
    const mayRead = async (userId: UserId) =>
      (await request(await ask(), mayReadMedia, { userId, mediaId: file.mediaId })).mayRead;
    expect([await mayRead(target.member), await mayRead(target.owner)]).toEqual([true, false]);
    await commander.change(deleteMessage, together, bob, { seq: 1 });
    expect(await mayRead(target.member)).toBe(false);
  });

  it('is stored once under its key, whatever became of its source since', async () => {
    const { conversationId, alice, bob } = await commander.createDirect();
    const elsewhere = await group(bob, commander.newUser());
    await commander.send(conversationId, alice, 'k1', 'hello');
    const from = { conversationId, seq: 1 };
    const first = await forward(bob, from, elsewhere, 'f1');
    await commander.change(deleteMessage, conversationId, alice, { seq: 1 });
    expect(await forward(bob, from, elsewhere, 'f1')).toEqual({ ...first, duplicate: true });
    expect(await slugOf(forward(bob, from, elsewhere, 'f2'))).toBe('message-not-found');
  });

  it('needs the right to read the source and to write to the target', async () => {
    const { conversationId, alice, bob } = await commander.createDirect();
    await commander.send(conversationId, alice, 'k1', 'hello');
    const eve = commander.newUser();
    const eves = await group(eve, commander.newUser());
    const from = { conversationId, seq: 1 };
    expect(await slugOf(forward(eve, from, eves))).toBe('message-not-found');
    expect(await slugOf(forward(bob, from, eves))).toBe('conversation-not-found');
    await commander.change(hideMessage, conversationId, bob, { seq: 1 });
    expect(await slugOf(forward(bob, from, await group(bob, eve)))).toBe('message-not-found');
    const left = await commander.createGroup();
    await commander.send(left.conversationId, left.owner, 'k1', 'hello');
    await commander.change(removeMember, left.conversationId, left.member, { userId: left.member });
    const gone = forward(
      left.member,
      { conversationId: left.conversationId, seq: 1 },
      await group(left.member, eve),
    );
    expect(await slugOf(gone)).toBe('message-not-found');
  });

  async function group(owner: UserId, other: UserId): Promise<ConversationId> {
    const { conversationId } = await commander.createGroup(owner, other);
    return conversationId;
  }
});

describe('receipts', () => {
  it('move forward only and are told to the others', async () => {
    const { conversationId, alice, bob } = await commander.createDirect();
    for (const key of ['a', 'b', 'c']) await commander.send(conversationId, alice, key, key);
    const heard = commander.nextEvent(`live.conversation.${conversationId}.receipt-moved.v1`);
    const deliver = (seq: number) =>
      commander.ask(markDelivered, conversationId, { conversationId, userId: bob, seq });
    await deliver(2);
    expect((await heard).data).toEqual({ conversationId, userId: bob, deliveredSeq: 2, readSeq: 0 });
    await deliver(1);
    await commander.read(conversationId, bob, 1);
    await deliver(99);
    const { receipts } = await request(await ask(), listReceipts, { userId: alice, conversationId });
    expect(receipts).toEqual([
      { userId: alice, deliveredSeq: 3, readSeq: 3 },
      { userId: bob, deliveredSeq: 3, readSeq: 1 },
    ]);
    const eve = commander.newUser();
    expect(await slugOf(request(await ask(), listReceipts, { userId: eve, conversationId }))).toBe(
      'conversation-not-found',
    );
  });

  it('are not kept where nobody is shown them', async () => {
    const { conversationId, owner, member } = await commander.createGroup(
      undefined,
      ...Array.from({ length: 100 }, () => commander.newUser()),
    );
    await commander.send(conversationId, owner, 'k1', 'hello');
    await commander.ask(markDelivered, conversationId, { conversationId, userId: member, seq: 1 });
    const { receipts } = await request(await ask(), listReceipts, { userId: member, conversationId });
    expect(receipts).toEqual([{ userId: member, deliveredSeq: 0, readSeq: 0 }]);
  });
});
