import {
  type ConversationId,
  eventHeaders,
  eventSubject,
  isMember,
  memberAdded,
  memberRemoved,
  type UserId,
} from '@storm/contracts';
import { type RunningRedis, startRedis } from '@storm/devstack';
import { type Bus, createPublisher, defineDoor, type Publisher, serveQuery } from '@storm/runtime';
import { createTestBus, createTestLogger, type TestBus } from '@storm/testing';
import { headers } from 'nats';
import { uuidv7 } from 'uuidv7';
import { createStreams } from '../../test/create-streams.ts';
import { type Cache, createCache } from './cache.redis.ts';
import { createMemberships } from './memberships.redis.ts';
import type { Memberships } from './memberships.ts';

const log = createTestLogger();
let testBus: TestBus;
let redis: RunningRedis;
let cache: Cache;
let bus: Bus;
let publisher: Publisher;
let memberships: Memberships;
let asked = 0;
let members = new Set<string>();
let whileAnswering: () => Promise<void> = async () => undefined;

beforeAll(async () => {
  [testBus, redis] = await Promise.all([createTestBus(), startRedis()]);
  const peers = await testBus.connect('message');
  await createStreams(peers);
  publisher = createPublisher(peers);
  const door = defineDoor(isMember, async ({ userId, conversationId }) => {
    asked++;
    const answer = { isMember: members.has(`${conversationId}:${userId}`) };
    await whileAnswering();
    return answer;
  });
  serveQuery(peers.connection, 'message', door, log);
  bus = await testBus.connect('gateway');
  cache = createCache(redis.url, log);
  memberships = createMemberships(bus, cache, log);
  await Promise.all([cache.first, peers.connection.flush(), bus.connection.flush()]);
});
beforeEach(() => {
  asked = 0;
  members = new Set();
  whileAnswering = async () => undefined;
});
afterAll(async () => {
  cache.close();
  await testBus.stop();
  await redis.stop();
});

const pair = () => ({ userId: uuidv7() as UserId, conversationId: uuidv7() as ConversationId });
type Pair = ReturnType<typeof pair>;
const ask = ({ userId, conversationId }: Pair, of = memberships) => of.isMember(userId, conversationId);
const join = ({ userId, conversationId }: Pair) => members.add(`${conversationId}:${userId}`);

async function tell(
  contract: typeof memberAdded | typeof memberRemoved,
  { userId, conversationId }: Pair,
): Promise<void> {
  const data =
    contract === memberAdded
      ? { conversationId, member: { userId, role: 'member', joinedAt: new Date().toISOString() } }
      : { conversationId, userId };
  const fields = eventHeaders(contract, uuidv7(), new Date().toISOString());
  await publisher.publish(eventSubject(contract, conversationId), Buffer.from(JSON.stringify(data)), fields);
}
/** The gateway has heard what was published before: its own message over the same connection comes after it. */
async function heard(expected: string, { userId, conversationId }: Pair): Promise<void> {
  const key = `member:${conversationId}:${userId}`;
  const until = Date.now() + 5_000;
  while (Date.now() < until) {
    const kept = await cache.attempt((client) => client.get(key));
    if (kept?.startsWith(expected)) return;
  }
  throw new Error(`${key} never became ${expected}`);
}

it('asks once and remembers, for members and for others', async () => {
  const [inside, outside] = [pair(), pair()];
  join(inside);
  for (let n = 0; n < 3; n++) expect([await ask(inside), await ask(outside)]).toEqual([true, false]);
  expect(asked).toBe(2);
});

it('forgets a member the moment an event says so', async () => {
  const member = pair();
  join(member);
  expect(await ask(member)).toBe(true);
  await tell(memberRemoved, member);
  await heard('0', member);
  expect(await ask(member)).toBe(false);
});

it('lets a new member in at once, although it was just told no', async () => {
  const member = pair();
  expect(await ask(member)).toBe(false);
  await tell(memberAdded, member);
  await heard('1', member);
  expect(await ask(member)).toBe(true);
});

it('does not let an answer that was under way bring a removed member back', async () => {
  const member = pair();
  join(member);
  whileAnswering = async () => {
    await tell(memberRemoved, member);
    await heard('0', member);
  };
  // True when it was asked; what is remembered is what came after.
  expect(await ask(member)).toBe(true);
  whileAnswering = async () => undefined;
  expect(await ask(member)).toBe(false);
});

it('is not misled by an old event that comes late', async () => {
  const [member, other] = [pair(), pair()];
  await tell(memberAdded, member);
  await tell(memberRemoved, member);
  await heard('0', member);
  const { connection } = await testBus.connect('slow');
  const late = headers();
  late.set('Nats-Time-Stamp', new Date(Date.now() - 60_000).toISOString());
  const joined = { conversationId: member.conversationId, member: { userId: member.userId } };
  const subject = `live.conversation.${member.conversationId}.${memberAdded.type}`;
  connection.publish(subject, JSON.stringify(joined), { headers: late });
  await connection.flush();
  // Heard after it over the same connection.
  await tell(memberAdded, other);
  await heard('1', other);
  expect(await ask(member)).toBe(false);
});

it('asks each time while Redis is away', async () => {
  const nothing = createCache('redis://127.0.0.1:1', log);
  const alone = createMemberships(await testBus.connect('alone'), nothing, log);
  const member = pair();
  join(member);
  expect([await ask(member, alone), await ask(member, alone)]).toEqual([true, true]);
  members.clear();
  expect(await ask(member, alone)).toBe(false);
  nothing.close();
});
