import {
  createStormClient,
  type KeyValueStore,
  memoryStore,
  type Resync,
  type StormClient,
} from '@storm/client';
import { type ConversationId, decodeCursor, encodeCursor } from '@storm/contracts';
import { heard, transcribe, upTo } from './heard.ts';
import { RawSocket } from './raw-socket.ts';
import type { Person, World } from './world.ts';

export const resume = (world: () => World) =>
  describe('resume', () => {
    let ada: Person;
    let conversationId: ConversationId;
    beforeAll(async () => {
      ada = await world().person('ada', 1);
    });
    beforeEach(async () => {
      conversationId = await world().group(ada);
    });
    const admit = (person: Person) =>
      ada.storm.api.addMembers({ params: { conversationId }, body: { userIds: [person.user.id] } });

    /** Somebody in the conversation whose client uses the first gateway while it lives, else the second. */
    async function follower(): Promise<StormClient> {
      const bob = await world().person('bob', 0);
      await admit(bob);
      const storm = world().client(0, 1);
      await storm.login({ username: bob.user.username, password: bob.password });
      return storm;
    }

    test('a gateway dies: its clients go on at the other one, nothing missed and nothing twice', async () => {
      const bob = await follower();
      const heardByBob = transcribe(bob, conversationId);
      await bob.connect().ready;
      const gateway = world().platform.process('gateway');
      for (const n of upTo(60)) {
        await ada.storm.send(conversationId, { text: String(n) });
        if (n === 20) gateway.kill('SIGKILL');
      }
      await heardByBob.until(60);
      expect(heardByBob.seqs).toEqual(upTo(60));
      expect(heardByBob.texts).toEqual(upTo(60).map(String));
      await gateway.restart();
    }, 60_000);

    test('without the help of the client: what the other gateway replays is neither too little nor too much', async () => {
      const bob = await world().person('bob', 1);
      await admit(bob);
      const token = (await bob.storm.restore())?.accessToken ?? '';
      const gateway = world().platform.process('gateway');
      const before = new RawSocket(`${world().urls[0]}/ws`);
      await before.hello(token);
      for (const n of upTo(40)) {
        await ada.storm.send(conversationId, { text: String(n) });
        if (n === 15) gateway.kill('SIGKILL');
      }
      await before.closed;
      const first = storedIn(before);
      const after = new RawSocket(`${world().urls[1]}/ws`);
      await after.hello(token, first.cursor);
      await ada.storm.send(conversationId, { text: '41' });
      await after.next(({ data }) => isMessage(data) && data.seq === 41);
      expect([...first.seqs, ...storedIn(after).seqs, 41]).toEqual(upTo(41));
      after.end();
      await gateway.restart();
    }, 60_000);

    test('a cursor amid messages that were told together: the rest of them comes, and nothing twice', async () => {
      const bob = await world().person('bob', 1);
      await admit(bob);
      const [adasToken, bobsToken] = await Promise.all(
        [ada, bob].map(async ({ storm }) => (await storm.restore())?.accessToken ?? ''),
      );
      const [url] = world().urls;
      const [speaks, hears] = [new RawSocket(`${url}/ws`), new RawSocket(`${url}/ws`)];
      await speaks.hello(adasToken ?? '');
      await hears.hello(bobsToken ?? '');
      const sends = upTo(6).map((n) => ({ type: 'send', conversationId, key: `k${n}`, text: String(n) }));
      // Frames that arrive together leave the gateway together.
      await speaks.sendTogether(sends);
      await hears.until(() => storedIn(hears).seqs.length === 6);
      const cursors = hears.frames.flatMap(({ data, cursor }) => (isMessage(data) ? [String(cursor)] : []));
      const places = cursors.map((cursor) => decodeCursor(cursor));
      expect(places.map((place) => place?.part)).toContain(1);
      for (const [index, cursor] of cursors.entries()) {
        const again = new RawSocket(`${url}/ws`);
        await again.hello(bobsToken ?? '', cursor);
        await again.until(() => storedIn(again).seqs.length >= 5 - index);
        expect(storedIn(again).seqs).toEqual(upTo(6).slice(index + 1));
        again.end();
      }
      speaks.end();
      hears.end();
    });

    test('the sender whose gateway dies gets every message stored once', async () => {
      const bob = await follower();
      await bob.connect().ready;
      const gateway = world().platform.process('gateway');
      const places = upTo(80).map(async (n) => {
        await new Promise((resolve) => setTimeout(resolve, n * 10));
        if (n === 30) gateway.kill('SIGKILL');
        return (await bob.send(conversationId, { text: String(n) })).seq;
      });
      expect((await Promise.all(places)).sort((a, b) => a - b)).toEqual(upTo(80));
      const { messages } = await ada.storm.api.listMessages({
        params: { conversationId },
        query: { limit: 200 },
      });
      expect(messages.map(({ text }) => Number(text)).sort((a, b) => a - b)).toEqual(upTo(80));
      await gateway.restart();
    }, 60_000);

    test('what was said while somebody was away comes when they are back, once and in order', async () => {
      const bob = await follower();
      const heardByBob = transcribe(bob, conversationId);
      const realtime = bob.connect();
      await realtime.ready;
      await ada.storm.send(conversationId, { text: '1' });
      await heardByBob.until(1);
      realtime.pause();
      for (const n of upTo(300).slice(1)) await ada.storm.send(conversationId, { text: String(n) });
      realtime.resume();
      await ada.storm.send(conversationId, { text: '301' });
      await heardByBob.until(301);
      expect(heardByBob.texts).toEqual(upTo(301).map(String));
    }, 60_000);

    test('a restart of the client goes on from its store', async () => {
      const bob = await world().person('bob', 0);
      await admit(bob);
      const store = memoryStore();
      const start = (): StormClient => createStormClient({ baseUrl: [...world().urls], store });
      const before = start();
      await before.login({ username: bob.user.username, password: bob.password });
      const first = transcribe(before, conversationId);
      await before.connect().ready;
      await ada.storm.send(conversationId, { text: 'one' });
      await first.until(1);
      await before.close();
      await ada.storm.send(conversationId, { text: 'two' });
      const after = start();
      const second = transcribe(after, conversationId);
      await after.restore();
      await after.connect().ready;
      await second.until(1);
      expect([...first.texts, ...second.texts]).toEqual(['one', 'two']);
      await after.close();
    });

    const strange: [string, Resync['reason'], (cursor: string) => string][] = [
      ['that is no cursor', 'invalid', () => 'garbage'],
      ['past the end of the stream', 'past-end', (cursor) => moved(cursor, { sequence: 1_000_000 })],
      ['of a stream that was rolled back', 'past-end', (cursor) => moved(cursor, { timeMs: -1 })],
      ['of another stream', 'epoch', (cursor) => moved(cursor, { epoch: 'another' })],
    ];
    test.each(strange)('a cursor %s: told, given the state, and live again', async (_, reason, spoil) => {
      const bob = await world().person('bob', 0);
      await admit(bob);
      await ada.storm.send(conversationId, { text: 'before' });
      await bob.storm.connect().ready;
      const store = await spoiledStore(bob, spoil);
      const storm = createStormClient({ baseUrl: world().urls[0] ?? '', store });
      await storm.restore();
      const resync = new Promise<Resync>((resolve) => storm.onResync(resolve));
      await storm.connect().ready;
      const { conversations, ...told } = await resync;
      expect(told.reason).toBe(reason);
      expect(conversations).toMatchObject([{ id: conversationId, lastSeq: 1 }]);
      const live = heard(storm, 'message-stored.v1');
      await ada.storm.send(conversationId, { text: 'after' });
      expect(await live).toMatchObject({ seq: 2, text: 'after' });
      await storm.close();
    });

    async function spoiledStore(bob: Person, spoil: (cursor: string) => string): Promise<KeyValueStore> {
      const store = memoryStore();
      const session = await bob.storm.restore();
      await store.set('session', JSON.stringify(session));
      await store.set('cursor', spoil((await ada.storm.api.listConversations()).cursor));
      return store;
    }
  });

const isMessage = (data: unknown): data is { seq: number; key: string } =>
  typeof data === 'object' && data !== null && 'seq' in data && 'key' in data;

/** The messages that a socket was given, and its place after the last event of any kind. */
function storedIn({ frames }: RawSocket): { seqs: number[]; cursor: string } {
  const events = frames.filter(({ type }) => type === 'event');
  const seqs = events.flatMap(({ data }) => (isMessage(data) ? [data.seq] : []));
  return { seqs, cursor: String(events.at(-1)?.cursor) };
}

function moved(cursor: string, by: { epoch?: string; sequence?: number; timeMs?: number }): string {
  const place = decodeCursor(cursor);
  if (place === null) throw new Error(`not a cursor: ${cursor}`);
  const { epoch = place.epoch, sequence = 0, timeMs = 0 } = by;
  return encodeCursor({ epoch, sequence: place.sequence + sequence, timeMs: place.timeMs + timeMs });
}
