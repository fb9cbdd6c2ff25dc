import { StormProblem } from '@storm/client';
import { createLocalModel, type LocalModel } from '@storm/client/model';
import type { ConversationId, StormEvent } from '@storm/contracts';
import type { Person, World } from './world.ts';

/** Numbers below n, the same for the same seed (mulberry32). */
function dice(seed: number): (n: number) => number {
  let state = seed;
  return (n) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) % n;
  };
}

const emoji = ['👍', '❤️', '🎉'];
const byId = (one: { userId: string }, other: { userId: string }): number =>
  one.userId < other.userId ? -1 : 1;

export const walks = (world: () => World) =>
  describe('a local model that only hears events is what a fetch gives', () => {
    test.each([1, 7, 42])(
      'after a random walk (seed %i) over everything that three people can do',
      async (seed) => {
        const [ada, bob, cleo] = await Promise.all(
          [0, 1, 0].map((gateway) => world().person('walker', gateway)),
        );
        if (!ada || !bob || !cleo) throw new Error('three people');
        const people = [ada, bob, cleo];
        const roll = dice(seed);
        const direct = await world().direct(ada, bob);
        const group = await world().group(ada, bob, cleo);
        await ada.storm.send(group, { text: 'first' });
        const model = createLocalModel({ storm: bob.storm, selfId: bob.user.id });
        const heard = new Set<StormEvent['type']>();
        bob.storm.onAny(({ type }) => heard.add(type));
        await bob.storm.connect().ready;
        for (const id of [direct, group]) {
          await model.timeline(id).open();
          model.details(id);
          model.receipts(id);
        }
        for (let step = 0; step < 60; step++) {
          if (step === 25) bob.storm.realtime?.pause();
          if (step === 35) bob.storm.realtime?.resume();
          await walk(roll, people, step >= actCount && roll(3) === 0 ? direct : group, step);
        }
        await settled(model, bob);
        expect([...heard]).toEqual(
          expect.arrayContaining([
            'message-stored.v1',
            'message-changed.v1',
            'message-hidden.v1',
            'receipt-moved.v1',
            'read-marked.v1',
            'settings-changed.v1',
            'conversation-changed.v1',
            'member-changed.v1',
            'member-added.v1',
            'member-removed.v1',
          ]),
        );
        model.stop();
      },
      60_000,
    );
  });

const actCount = 14;
/** What only the one whose model it is does of them: hiding, reading, having got, settings. */
const byBob = [5, 6, 7, 10];

/** One thing that somebody does, allowed or not. */
async function walk(
  roll: (n: number) => number,
  people: readonly Person[],
  conversationId: ConversationId,
  step: number,
): Promise<void> {
  // Each thing once by who may do it, then as the dice fall.
  const isTour = step < actCount;
  const someone = (): Person => people[roll(people.length)] as Person;
  const { storm } = isTour ? (people[byBob.includes(step) ? 1 : 0] as Person) : someone();
  const params = { conversationId };
  const key = `step-${step}`;
  const of = { conversationId, userId: (isTour ? (people[1] as Person) : someone()).user.id };
  const at = { conversationId, seq: String(isTour ? 1 : 1 + roll(8)) };
  const acts: (() => Promise<unknown>)[] = [
    () => storm.send(conversationId, { text: `said in step ${step}` }),
    () => storm.send(conversationId, { text: `an answer in step ${step}`, replyTo: 1 }),
    () => storm.api.editMessage({ params: at, body: { key, text: `edited in step ${step}` } }),
    () =>
      storm.api.reactToMessage({ params: at, body: { key, emoji: emoji[roll(3)] ?? '👍', on: roll(3) > 0 } }),
    () => storm.api.deleteMessage({ params: at, query: { key } }),
    () => storm.api.deleteMessage({ params: at, query: { key, for: 'me' } }),
    () => storm.markRead(conversationId, 1 + roll(12)),
    () => storm.api.markDelivered({ params, body: { seq: 1 + roll(12) } }),
    () => storm.api.editConversation({ params, body: { key, name: `Name ${step}` } }),
    () => storm.api.setRole({ params: of, body: { key, role: roll(2) === 0 ? 'admin' : 'member' } }),
    () => storm.api.changeSettings({ params, body: { key, pinned: roll(2) === 0 } }),
    () => storm.api.removeMember({ params: { ...of, userId: people[2]?.user.id as never }, query: { key } }),
    () => storm.api.addMembers({ params, body: { key, userIds: [people[2]?.user.id as never] } }),
    () => storm.api.forwardMessage({ params, body: { key, from: { conversationId, seq: 1 + roll(8) } } }),
  ];
  const act = acts[isTour ? step : roll(acts.length)];
  await act?.().catch((error: unknown) => {
    if (!(error instanceof StormProblem) || error.status >= 500) throw error;
  });
}

/** Waits until the model shows what the platform gives, and fails with the difference when it does not come to that. */
async function settled(model: LocalModel, { storm }: Person): Promise<void> {
  for (const until = Date.now() + 15_000; ; ) {
    const fetched = await fetchAll(storm);
    const shown = show(
      model,
      fetched.conversations.map(({ id }) => id),
    );
    if (Date.now() > until) return expect(shown).toEqual(fetched);
    if (isSame(shown, fetched)) return;
    await storm.ping();
  }
}

function isSame(one: unknown, other: unknown): boolean {
  try {
    expect(one).toEqual(other);
    return true;
  } catch {
    return false;
  }
}

async function fetchAll({ api }: Person['storm']) {
  const conversations = [...(await api.listConversations()).conversations].sort((a, b) =>
    a.id < b.id ? -1 : 1,
  );
  const all = conversations.map(async ({ id: conversationId }) => {
    const params = { conversationId };
    const [{ messages }, details, { receipts }] = await Promise.all([
      api.listMessages({ params, query: { limit: 200 } }),
      api.getConversation({ params }),
      api.listReceipts({ params }),
    ]);
    return { messages, details: sorted(details), receipts: receipts.sort(byId) };
  });
  return { conversations, all: await Promise.all(all) };
}

function show(model: LocalModel, ids: readonly ConversationId[]) {
  const conversations = ids.map((id) => model.conversation(id).peek());
  const all = ids.map((id) => {
    const details = model.details(id).peek();
    const members = new Set(details?.members.map(({ userId }) => userId));
    const receipts = [...model.receipts(id).peek().values()].filter(({ userId }) => members.has(userId));
    return {
      messages: model.timeline(id).state.peek().messages,
      details: details === undefined ? undefined : sorted(details),
      receipts: receipts.sort(byId),
    };
  });
  return { conversations, all };
}

const sorted = <T extends { members: { userId: string }[] }>(details: T): T => ({
  ...details,
  members: [...details.members].sort(byId),
});
