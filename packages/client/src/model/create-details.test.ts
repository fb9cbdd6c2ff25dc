import type { Conversation, ConversationId, StormEvent, UserId } from '@storm/contracts';
import { createStormClient, type StormClient } from '../create-storm-client.ts';
import { ScriptedGateway, tokensOf } from '../scripted-gateway.fixture.ts';
import { createDetails } from './create-details.ts';

const id = 'conversation-a' as ConversationId;
const memberOf = (n: number) => ({
  userId: `user-${n}` as UserId,
  role: 'member' as const,
  joinedAt: new Date(n).toISOString(),
});
const count = 5;
const pageSize = 2;
let gateway: ScriptedGateway;
let storm: StormClient;

beforeEach(async () => {
  gateway = await ScriptedGateway.start();
  gateway.answer = ({ url = '' }) => {
    if (url.startsWith('/api/v1/auth/login')) return { status: 200, body: tokensOf('access-1') };
    const after = /membersAfter=user-(\d+)/.exec(url)?.[1];
    const from = after === undefined ? 0 : Number(after) + 1;
    const members = Array.from({ length: count }, (_, n) => memberOf(n)).slice(from, from + pageSize);
    return { status: 200, body: { id, revision: 1, memberCount: count, members } };
  };
  storm = createStormClient({ baseUrl: gateway.url, timeoutMs: 2_000 });
  await storm.login({ username: 'ada', password: 'a password' });
});
afterEach(async () => {
  await storm.close();
  await gateway.stop();
});

const joined = (n: number, revision: number): StormEvent =>
  ({
    type: 'member-added.v1',
    data: { conversationId: id, member: memberOf(n), memberCount: count + 1, revision },
  }) as StormEvent;

test('more members are loaded after those that are there; who joins meanwhile stands at the end, once', async () => {
  const model = createDetails(storm, (error) => expect(error).toBeUndefined());
  const details = model.details(id);
  const shown = await new Promise<Conversation>((resolve) => {
    const off = details.subscribe((value) => {
      if (value === undefined) return;
      queueMicrotask(() => off());
      resolve(value);
    });
  });
  expect(shown.members).toHaveLength(2);
  model.apply(joined(count, 2));
  expect(details.value?.members).toHaveLength(2);
  for (let left = 3; left > 0; left--) await model.loadMembers(id);
  expect(details.value?.members.map(({ userId }) => userId)).toEqual(
    Array.from({ length: count }, (_, n) => `user-${n}`),
  );
});
