import {
  addMembers,
  changeSettings,
  deleteMessage,
  editConversation,
  editMessage,
  hideMessage,
  reactToMessage,
  removeMember,
  setRole,
  type UserId,
} from '@storm/contracts';
import type { Commander } from './test-commander.ts';
import { slugOf, startMessageService, type TestMessageService } from './test-message-service.ts';

let service: TestMessageService;
let commander: Commander;
beforeAll(async () => {
  service = await startMessageService();
  commander = service.commander;
});
afterAll(() => service?.stop());

type Group = Awaited<ReturnType<Commander['createGroup']>>;
type Person = 'owner' | 'admin' | 'member' | 'left' | 'outsider';
const people: readonly Person[] = ['owner', 'admin', 'member', 'left', 'outsider'];

describe('who may do what', () => {
  const allowed = 'done';
  const absent = 'conversation-not-found';
  const refused = 'not-allowed';
  type Row = [verb: string, act: (group: Group, actor: UserId) => Promise<unknown>, ...outcomes: string[]];
  const change: Commander['change'] = (...args) => commander.change(...args);
  const rows: Row[] = [
    // biome-ignore format: the matrix is read as one
    ['edit-message', ({ conversationId }, actor) => change(editMessage, conversationId, actor, { seq: 1, text: 'x' }),
      refused, refused, allowed, absent, absent],
    // biome-ignore format: the matrix is read as one
    ['delete-message', ({ conversationId }, actor) => change(deleteMessage, conversationId, actor, { seq: 1 }),
      allowed, allowed, allowed, absent, absent],
    // biome-ignore format: the matrix is read as one
    ['hide-message', ({ conversationId }, actor) => change(hideMessage, conversationId, actor, { seq: 1 }),
      allowed, allowed, allowed, absent, absent],
    // biome-ignore format: the matrix is read as one
    ['react-to-message', ({ conversationId }, actor) => change(reactToMessage, conversationId, actor, { seq: 1, emoji: '👍', on: true }),
      allowed, allowed, allowed, absent, absent],
    // biome-ignore format: the matrix is read as one
    ['edit-conversation', ({ conversationId }, actor) => change(editConversation, conversationId, actor, { name: 'x' }),
      allowed, allowed, refused, absent, absent],
    // biome-ignore format: the matrix is read as one
    ['set-role', ({ conversationId, member }, actor) => change(setRole, conversationId, actor, { userId: member, role: 'admin' }),
      allowed, refused, refused, absent, absent],
    // biome-ignore format: the matrix is read as one
    ['change-settings', ({ conversationId }, actor) => change(changeSettings, conversationId, actor, { pinned: true }),
      allowed, allowed, allowed, absent, absent],
    // biome-ignore format: the matrix is read as one
    ['add-members', ({ conversationId }, actor) => change(addMembers, conversationId, actor, { userIds: [commander.newUser()] }),
      allowed, allowed, refused, absent, absent],
    // biome-ignore format: the matrix is read as one
    ['remove-member (the owner)', ({ conversationId, owner }, actor) => actor === owner ? Promise.resolve() : change(removeMember, conversationId, actor, { userId: owner }),
      allowed, refused, refused, absent, absent],
    // biome-ignore format: the matrix is read as one
    ['remove-member (oneself)', ({ conversationId }, actor) => change(removeMember, conversationId, actor, { userId: actor }),
      allowed, allowed, allowed, allowed, allowed],
    // biome-ignore format: the matrix is read as one
    ['read what was said', ({ conversationId }, actor) => service.page(conversationId, actor),
      allowed, allowed, allowed, absent, absent],
    // biome-ignore format: the matrix is read as one
    ['read what was said before', ({ conversationId }, actor) => service.earlierTexts(conversationId, actor),
      allowed, allowed, allowed, absent, absent],
  ];
  it.each(rows)(
    '%s: owner, admin, member, who has left, who was never there',
    async (_verb, act, ...outcomes) => {
      const seen = people.map(async (person) => {
        const group = await service.groupWithMessage();
        return slugOf(act(group, group[person]));
      });
      expect(await Promise.all(seen)).toEqual(outcomes);
    },
  );

  it('in a direct conversation each changes only what is their own, and the two stay two', async () => {
    const { conversationId, alice, bob } = await commander.createDirect();
    await commander.send(conversationId, alice, 'k1', 'hello');
    const by = (actor: UserId) => ({
      edit: change(editMessage, conversationId, actor, { seq: 1, text: 'x' }),
      remove: change(deleteMessage, conversationId, actor, { seq: 1 }),
    });
    const bobs = by(bob);
    expect([await slugOf(bobs.edit), await slugOf(bobs.remove)]).toEqual([refused, refused]);
    for (const attempt of [
      change(editConversation, conversationId, alice, { name: 'x' }),
      change(setRole, conversationId, alice, { userId: bob, role: 'admin' }),
      change(addMembers, conversationId, alice, { userIds: [commander.newUser()] }),
      change(removeMember, conversationId, alice, { userId: bob }),
      change(removeMember, conversationId, alice, { userId: alice }),
    ]) {
      expect(await slugOf(attempt)).toBe('direct-is-fixed');
    }
    const own = await change(editMessage, conversationId, alice, { seq: 1, text: 'x' });
    expect(own).toMatchObject({ message: { text: 'x' } });
  });
});
