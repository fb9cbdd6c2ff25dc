import { DeliverPolicy, jetstream } from '@nats-io/jetstream';
import {
  addMembers,
  changeSettings,
  deleteMessage,
  editConversation,
  editMessage,
  eventStream,
  hideMessage,
  maxReactionEmoji,
  reactToMessage,
  removeMember,
  setRole,
  type UserId,
} from '@storm/contracts';
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

it('edits a message, tells the conversation how it stands and keeps what it said before', async () => {
  const { conversationId, member, owner } = await service.groupWithMessage();
  const heard = commander.nextEvent(`live.conversation.${conversationId}.message-changed.v1`);
  const { message } = await commander.change(editMessage, conversationId, member, { seq: 1, text: 'hello!' });
  expect(message).toMatchObject({ seq: 1, text: 'hello!', senderId: member, editedAt: expect.any(String) });
  expect((await heard).data).toEqual({ conversationId, actorId: member, verb: 'edit-message', message });
  await commander.change(editMessage, conversationId, member, { seq: 1, text: 'hello!!' });
  const { texts } = await service.earlierTexts(conversationId, owner);
  expect(texts.map(({ text }) => text)).toEqual(['hello', 'hello!']);
  expect(await service.page(conversationId, owner)).toMatchObject([{ text: 'hello!!', revision: 4 }]);
});

it('carries a change out once, however often and late it comes', async () => {
  const { conversationId, member } = await service.groupWithMessage();
  const first = { seq: 1, text: 'first', key: 'e1' };
  const once = await commander.change(editMessage, conversationId, member, first);
  const second = await commander.change(editMessage, conversationId, member, { seq: 1, text: 'second' });
  const again = await commander.change(editMessage, conversationId, member, first);
  expect(once).toMatchObject({ message: { text: 'first' } });
  expect(again).toEqual(second);
  expect((await service.earlierTexts(conversationId, member)).texts).toHaveLength(2);
  const other = commander.change(editMessage, conversationId, member, { ...first, text: 'another' });
  expect(await slugOf(other)).toBe('key-reused');
});

it('takes the retry of a send for one after the message was edited or deleted', async () => {
  const { conversationId, alice } = await commander.createDirect();
  await commander.send(conversationId, alice, 'k1', 'hello');
  await commander.change(editMessage, conversationId, alice, { seq: 1, text: 'hello!' });
  const edited = await commander.send(conversationId, alice, 'k1', 'hello');
  expect(edited).toMatchObject({ duplicate: true, message: { seq: 1, text: 'hello!' } });
  await commander.change(deleteMessage, conversationId, alice, { seq: 1 });
  const deleted = await commander.send(conversationId, alice, 'k1', 'hello');
  expect(deleted).toMatchObject({ duplicate: true, message: { seq: 1, text: '' } });
  expect(await slugOf(commander.send(conversationId, alice, 'k1', 'another'))).toBe('key-reused');
});

it('leaves nothing of a deleted message but its place: not in a table, not in the stream', async () => {
  const { conversationId, member, owner } = await commander.createGroup();
  const secret = `secret-${uuidv7()}`;
  await commander.send(conversationId, member, 'k1', secret);
  await commander.change(editMessage, conversationId, member, { seq: 1, text: `${secret}-edited` });
  await commander.change(reactToMessage, conversationId, owner, { seq: 1, emoji: '👍', on: true });
  await commander.send(conversationId, member, 'k2', 'stays');
  const { message } = await commander.change(deleteMessage, conversationId, owner, { seq: 1 });
  expect(message).toMatchObject({ seq: 1, text: '', attachments: [], deletedAt: expect.any(String) });
  expect(message.reactions).toBeUndefined();
  expect(await service.page(conversationId, owner)).toEqual([
    message,
    expect.objectContaining({ text: 'stays' }),
  ]);
  expect((await service.earlierTexts(conversationId, owner)).texts).toEqual([]);
  const tables = await service.read<[string]>(
    "select table_name from information_schema.tables where table_schema = 'message' and table_type = 'BASE TABLE'",
  );
  for (const [table] of tables) {
    const found = await service.read(`select 1 from message.${table} t where t::text like $1`, [
      `%${secret}%`,
    ]);
    expect([table, found]).toEqual([table, []]);
  }
  await noneInStream(secret);
  const late = commander.change(editMessage, conversationId, member, { seq: 1, text: 'back' });
  expect(await slugOf(late)).toBe('message-deleted');
});

/** Deleting answers first and takes the events out of the stream then. */
async function noneInStream(secret: string): Promise<void> {
  const connection = await (await service.testBus.connect('auditor')).first;
  const until = Date.now() + 10_000;
  for (;;) {
    const consumer = await jetstream(connection).consumers.get(eventStream.name, {
      deliver_policy: DeliverPolicy.All,
    });
    const { num_pending: count } = await consumer.info();
    let found = 0;
    let read = 0;
    for await (const message of await consumer.fetch({ max_messages: count, expires: 5_000 })) {
      if (message.string().includes(secret)) found++;
      if (++read === count) break;
    }
    expect(read).toBeGreaterThan(0);
    if (found === 0) return;
    if (Date.now() > until) throw new Error(`${found} events still tell it`);
  }
}

it('hides a message from who deletes it for themselves, and from nobody else', async () => {
  const { conversationId, member, owner } = await service.groupWithMessage();
  const heard = commander.nextEvent(`live.user.${owner}.message-hidden.v1`);
  await commander.change(hideMessage, conversationId, owner, { seq: 1 });
  expect((await heard).data).toEqual({ conversationId, seq: 1 });
  await commander.change(editMessage, conversationId, member, { seq: 1, text: 'edited' });
  expect(await service.page(conversationId, owner)).toMatchObject([{ seq: 1, text: '', hidden: true }]);
  expect(await service.page(conversationId, member)).toMatchObject([{ seq: 1, text: 'edited' }]);
  expect((await service.earlierTexts(conversationId, owner)).texts).toEqual([]);
});

it('puts reactions on and takes them off, by their time, within bounds', async () => {
  const { conversationId, member, owner } = await service.groupWithMessage();
  const react = (actor: UserId, emoji: string, on = true) =>
    commander.change(reactToMessage, conversationId, actor, { seq: 1, emoji, on });
  await react(owner, '👍');
  await react(member, '❤️');
  const { message } = await react(member, '👍');
  expect(message.reactions).toEqual([
    { emoji: '👍', userIds: [owner, member] },
    { emoji: '❤️', userIds: [member] },
  ]);
  expect((await react(member, '👍')).message).toEqual(message);
  expect((await react(owner, '👍', false)).message.reactions).toContainEqual({
    emoji: '👍',
    userIds: [member],
  });
  for (let n = 2; n < maxReactionEmoji; n++) await react(owner, `:emoji-${n}:`);
  expect(await slugOf(react(owner, ':one-more:'))).toBe('message-full');
});

it('hands a group over when its owner leaves, and when the owner says so', async () => {
  const { conversationId, owner, admin, member } = await commander.createGroup();
  const heard = commander.nextEvent(`live.conversation.${conversationId}.member-changed.v1`);
  await commander.change(removeMember, conversationId, owner, { userId: owner });
  expect((await heard).data).toMatchObject({ member: { userId: admin, role: 'owner' } });
  const { conversation } = await commander.change(setRole, conversationId, admin, {
    userId: member,
    role: 'owner',
  });
  const roles = conversation.members.map(({ userId, role }) => [userId, role]);
  expect(Object.fromEntries(roles)).toEqual({ [admin]: 'admin', [member]: 'owner' });
});

it('counts every change of a conversation once', async () => {
  const { conversationId, owner, member } = await service.groupWithMessage();
  const renamed = await commander.change(editConversation, conversationId, owner, { name: 'Sailors' });
  const userIds = [commander.newUser()];
  const added = await commander.change(addMembers, conversationId, owner, { userIds, key: 'a1' });
  await commander.change(addMembers, conversationId, owner, { userIds, key: 'a1' });
  await commander.change(addMembers, conversationId, owner, { userIds, key: 'a2' });
  const reacted = await commander.change(reactToMessage, conversationId, member, {
    seq: 1,
    emoji: '👍',
    on: true,
  });
  const { revision } = renamed.conversation;
  expect(added.conversation).toMatchObject({ name: 'Sailors', revision: revision + 1, memberCount: 4 });
  expect(reacted.message.revision).toBe(revision + 2);
});

it('mutes and pins for oneself alone and tells the own devices', async () => {
  const { conversationId, owner } = await commander.createGroup();
  const heard = commander.nextEvent(`live.user.${owner}.settings-changed.v1`);
  const mutedUntil = '2099-01-01T00:00:00.000Z';
  const pinned = await commander.change(changeSettings, conversationId, owner, { pinned: true });
  expect((await heard).data).toEqual({ conversationId, settings: pinned });
  const both = await commander.change(changeSettings, conversationId, owner, { mutedUntil });
  expect(both).toEqual({ mutedUntil, pinnedAt: pinned.pinnedAt, revision: 2 });
  const none = await commander.change(changeSettings, conversationId, owner, {
    mutedUntil: null,
    pinned: false,
  });
  expect(none).toEqual({ mutedUntil: null, pinnedAt: null, revision: 3 });
});

it('keeps the order of changes that arrive together', async () => {
  const { conversationId, member, owner } = await service.groupWithMessage();
  const edits = Array.from({ length: 60 }, (_, index) =>
    commander.change(editMessage, conversationId, member, { seq: 1, text: `edit ${index}` }),
  );
  const sends = Array.from({ length: 60 }, (_, index) =>
    commander.send(conversationId, owner, `s${index}`, `m${index}`),
  );
  await Promise.all([...edits, ...sends]);
  const { texts } = await service.earlierTexts(conversationId, owner);
  expect(texts.slice(1).map(({ text }) => text)).toEqual(
    Array.from({ length: 59 }, (_, index) => `edit ${index}`),
  );
  expect((await service.page(conversationId, owner)).at(-1)?.seq).toBe(61);
});
