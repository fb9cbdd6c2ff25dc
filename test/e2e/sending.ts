import type { ConversationId } from '@storm/contracts';
import { heard, transcribe, upTo } from './heard.ts';
import { refused } from './refused.ts';
import type { Person, World } from './world.ts';

export const sending = (world: () => World) =>
  describe('sending', () => {
    let ada: Person;
    let bob: Person;
    let conversationId: ConversationId;
    beforeAll(async () => {
      ada = await world().person('ada', 0);
      bob = await world().person('bob', 1);
      conversationId = await world().direct(ada, bob);
    });
    const post = (key: string, text: string) =>
      ada.storm.exchange('sendMessage', { params: { conversationId }, body: { key, text } });

    test('over HTTP: 201 once stored, 200 and the same message for the same key and body', async () => {
      const first = await post('http-1', 'hello');
      const again = await post('http-1', 'hello');
      expect(first).toMatchObject({
        status: 201,
        body: { text: 'hello', senderId: ada.user.id, key: 'http-1' },
      });
      expect(again).toEqual({ status: 200, body: first.body });
    });

    test('the same key with another body is refused and changes nothing', async () => {
      const first = await post('http-2', 'the original');
      expect(await refused(post('http-2', 'another'))).toMatchObject({ code: 'key-reused', status: 409 });
      expect(await post('http-2', 'the original')).toEqual({ status: 200, body: first.body });
    });

    test('over the socket: stored, delivered on the other gateway, the same for the same key', async () => {
      await Promise.all([ada, bob].map(({ storm }) => storm.connect().ready));
      const arrives = heard(bob.storm, 'message-stored.v1', ({ key }) => key === 'socket-1');
      const draft = { key: 'socket-1', text: 'over the socket' };
      const first = await ada.storm.send(conversationId, draft);
      expect(first.duplicate).toBe(false);
      expect(await arrives).toMatchObject({ id: first.id, seq: first.seq, text: draft.text });
      const again = await ada.storm.send(conversationId, draft);
      expect(again).toEqual({ ...first, duplicate: true });
      const other = ada.storm.send(conversationId, { key: 'socket-1', text: 'another body' });
      expect(await refused(other)).toMatchObject({ code: 'key-reused', status: 409 });
    });

    test('a key belongs to its sender and conversation', async () => {
      const elsewhere = await world().group(ada, bob);
      const mine = await ada.storm.send(conversationId, { key: 'shared', text: 'mine' });
      const yours = await bob.storm.send(conversationId, { key: 'shared', text: 'yours' });
      const other = await ada.storm.send(elsewhere, { key: 'shared', text: 'elsewhere' });
      expect(new Set([mine.id, yours.id, other.id]).size).toBe(3);
    });

    test('many at once from both sides get a dense sequence, and everyone hears the same order', async () => {
      const group = await world().group(ada, bob);
      await Promise.all([ada, bob].map(({ storm }) => storm.connect().ready));
      const heardByAda = transcribe(ada.storm, group);
      const heardByBob = transcribe(bob.storm, group);
      const sends = upTo(100).flatMap((n) => [
        ada.storm.send(group, { text: `ada ${n}` }, { over: n % 2 === 0 ? 'http' : 'socket' }),
        bob.storm.send(group, { text: `bob ${n}` }),
      ]);
      const places = (await Promise.all(sends)).map(({ seq }) => seq);
      expect(places.sort((a, b) => a - b)).toEqual(upTo(200));
      await Promise.all([heardByAda.until(200), heardByBob.until(200)]);
      expect(heardByAda.seqs).toEqual(upTo(200));
      expect(heardByBob.texts).toEqual(heardByAda.texts);
    });

    test('one after the other over the socket keep their order', async () => {
      const group = await world().group(ada, bob);
      await Promise.all([ada, bob].map(({ storm }) => storm.connect().ready));
      const heardByBob = transcribe(bob.storm, group);
      await Promise.all(upTo(50).map((n) => ada.storm.send(group, { text: String(n) })));
      await heardByBob.until(50);
      expect(heardByBob.texts).toEqual(upTo(50).map(String));
    });
  });
