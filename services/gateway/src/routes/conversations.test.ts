import { type ConversationId, listConversations, unreadCounts } from '@storm/contracts';
import { directConversationId, groupConversationId } from '@storm/contracts/conversation-id';
import { defineDoor, serveQuery } from '@storm/runtime';
import { createTestLogger } from '@storm/testing';
import { uuidv7 } from 'uuidv7';
import { answerCommands, type Submitted } from '../../test/answer-commands.ts';
import { type Platform, slugOf, startPlatform, type TestGateway } from '../../test/start-gateway.ts';
import type { SignedIn } from '../../test/start-user-service.ts';

let platform: Platform;
let gateway: TestGateway;
let [ada, bob, cleo]: SignedIn[] = [];
let submitted: Submitted[];
const created = new Set<string>();

beforeAll(async () => {
  platform = await startPlatform();
  gateway = await platform.startGateway({ ACCEPTED_AFTER_MS: '300' });
  [ada, bob, cleo] = await Promise.all(['ada', 'bob', 'cleo'].map((name) => platform.users.addUser(name)));
  submitted = answerCommands(platform.peers, ({ verb, data }) => {
    if (data.name === 'silence') return null;
    if (verb === 'remove-member') return {};
    const id = String(data.conversationId);
    const isNew = !created.has(id);
    created.add(id);
    return verb === 'create-conversation'
      ? { conversation: { id }, created: isNew }
      : { conversation: { id } };
  });
  await platform.peers.connection.flush();
});
afterAll(() => platform.stop());

const start = (json: unknown, token = ada?.token ?? '') =>
  gateway.call<{ id: ConversationId; type: string }>('POST', '/api/v1/conversations', { token, json });
const idOf = (person: SignedIn | undefined) => person?.userId ?? (uuidv7() as SignedIn['userId']);

test('a pair has one direct conversation, whoever starts it', async () => {
  const first = await start({ kind: 'direct', userId: bob?.userId });
  const again = await start({ kind: 'direct', userId: ada?.userId }, bob?.token);
  expect([first.status, again.status]).toEqual([201, 200]);
  expect(again.body.id).toBe(first.body.id);
  expect(first.body.id).toBe(directConversationId(idOf(ada), idOf(bob)));
  expect(submitted[0]?.data.memberIds).toEqual([ada?.userId, bob?.userId]);
});

test('a group follows from its creator and key; a retry gives the same one', async () => {
  const wish = { kind: 'group', key: 'trip', name: 'Trip', memberIds: [bob?.userId, cleo?.userId] };
  const [first, again, other] = [await start(wish), await start(wish), await start(wish, bob?.token)];
  expect([first.status, again.status, other.status]).toEqual([201, 200, 201]);
  expect(first.body.id).toBe(groupConversationId(idOf(ada), 'trip'));
  expect(other.body.id).not.toBe(first.body.id);
});

test('a creator who names himself is a member once', async () => {
  await start({ kind: 'group', key: 'me', name: 'Me', memberIds: [ada?.userId, bob?.userId] });
  expect(submitted.at(-1)?.data.memberIds).toEqual([ada?.userId, bob?.userId]);
});

test('nobody talks to himself or to somebody who does not exist', async () => {
  const before = submitted.length;
  const answers = await Promise.all([
    start({ kind: 'direct', userId: ada?.userId }),
    start({ kind: 'direct', userId: uuidv7() }),
    start({ kind: 'group', key: 'x', name: 'X', memberIds: [bob?.userId, uuidv7()] }),
  ]);
  const slugs = answers.map(({ status, body }) => `${status} ${body.type.split(':').at(-1)}`);
  expect(slugs).toEqual(['422 direct-with-self', '422 unknown-user', '422 unknown-user']);
  expect(submitted).toHaveLength(before);
});

test('a command whose commit is not known in time is accepted, with the id it will have', async () => {
  const { status, body } = await start({ kind: 'group', key: 'later', name: 'silence', memberIds: [] });
  expect([status, body]).toEqual([202, { status: 'accepted', id: groupConversationId(idOf(ada), 'later') }]);
});

test('members are added and removed by whoever asks, under the id of the conversation', async () => {
  const id = groupConversationId(idOf(ada), 'trip');
  const options = { token: ada?.token ?? '' };
  const members = `/api/v1/conversations/${id}/members`;
  const added = await gateway.call('POST', members, { ...options, json: { userIds: [cleo?.userId] } });
  const removed = await gateway.call('DELETE', `${members}/${cleo?.userId}`, options);
  expect([added.status, removed.status, removed.body]).toEqual([200, 204, '']);
  expect(submitted.slice(-2)).toEqual([
    {
      verb: 'add-members',
      data: { conversationId: id, key: expect.any(String), actorId: ada?.userId, userIds: [cleo?.userId] },
    },
    {
      verb: 'remove-member',
      data: { conversationId: id, key: expect.any(String), actorId: ada?.userId, userId: cleo?.userId },
    },
  ]);
});

test('adding somebody who does not exist is refused', async () => {
  const path = `/api/v1/conversations/${groupConversationId(idOf(ada), 'trip')}/members`;
  const answer = await gateway.call('POST', path, { token: ada?.token ?? '', json: { userIds: [uuidv7()] } });
  expect([answer.status, slugOf(answer)]).toEqual([422, 'unknown-user']);
});

test('questions are asked for the signed-in user alone, and answers passed on byte for byte', async () => {
  const asked: unknown[] = [];
  const log = createTestLogger();
  serveQuery(
    platform.peers.connection,
    'message',
    defineDoor(listConversations, async (question) => {
      asked.push(question);
      return { conversations: [], cursor: 'abc' };
    }),
    log,
  );
  await platform.peers.connection.flush();
  const { status, body } = await gateway.call('GET', '/api/v1/conversations?limit=5', {
    token: ada?.token ?? '',
  });
  expect([status, body]).toEqual([200, { conversations: [], cursor: 'abc' }]);
  expect(asked).toEqual([{ userId: ada?.userId, limit: 5 }]);
});

test('a question that nobody answers is 503 with a time to come back', async () => {
  const answer = await gateway.call('GET', '/api/v1/unread', { token: ada?.token ?? '' });
  expect([answer.status, slugOf(answer), answer.headers.get('retry-after')]).toEqual([
    503,
    'service-unavailable',
    '1',
  ]);
  expect(JSON.stringify(answer.body)).not.toContain(unreadCounts.subject);
});
