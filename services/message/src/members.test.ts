import { getConversation, type Member, removeMember, type UserId } from '@storm/contracts';
import { request } from '@storm/runtime';
import { slugOf, startMessageService, type TestMessageService } from './test-message-service.ts';

let service: TestMessageService;
beforeAll(async () => {
  service = await startMessageService();
});
afterAll(() => service?.stop());

const ask = async () => service.testBus.connect('reader');
const idsOf = (members: readonly Member[]): UserId[] => members.map(({ userId }) => userId);

test('the members of a large group come by pages, each once, from the first when one knows nobody there', async () => {
  const { commander } = service;
  const more = Array.from({ length: 450 }, commander.newUser);
  const { conversationId, owner, outsider } = await commander.createGroup(commander.newUser(), ...more);
  const page = async (userId: UserId, membersAfter?: UserId) =>
    request(await ask(), getConversation, { userId, conversationId, ...(membersAfter && { membersAfter }) });
  const all: UserId[] = [];
  const sizes: number[] = [];
  for (let last: UserId | undefined; ; last = all.at(-1)) {
    const { members, memberCount } = await page(owner, last);
    all.push(...idsOf(members));
    sizes.push(members.length);
    expect(memberCount).toBe(453);
    if (members.length === 0) break;
  }
  expect(sizes).toEqual([200, 200, 53, 0]);
  expect(new Set(all).size).toBe(453);
  expect(idsOf((await page(owner, outsider)).members)).toEqual(all.slice(0, 200));
  await commander.change(removeMember, conversationId, owner, { userId: all[199] as UserId });
  expect((await page(owner, all[199])).members).toHaveLength(200);
  expect(await slugOf(page(outsider))).toBe('conversation-not-found');
});
