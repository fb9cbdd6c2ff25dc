import { heard, transcribe } from './heard.ts';
import { refused } from './refused.ts';
import type { World } from './world.ts';

export const conversations = (world: () => World) =>
  describe('conversations', () => {
    test('a pair has one direct conversation, whoever starts it', async () => {
      const ada = await world().person('ada');
      const bob = await world().person('bob');
      const first = await ada.storm.exchange('createConversation', {
        body: { kind: 'direct', userId: bob.user.id },
      });
      const second = await bob.storm.exchange('createConversation', {
        body: { kind: 'direct', userId: ada.user.id },
      });
      expect([first.status, second.status]).toEqual([201, 200]);
      expect(second.body.id).toBe(first.body.id);
    });

    test('a group tells its members, and a retry with the same key gives the same group', async () => {
      const ada = await world().person('ada');
      const bob = await world().person('bob');
      await bob.storm.connect().ready;
      const joined = heard(bob.storm, 'conversation-joined.v1');
      const memberIds = [bob.user.id];
      const body = { kind: 'group', key: 'one', name: 'Climbers', memberIds } as const;
      const first = await ada.storm.exchange('createConversation', { body });
      expect(first).toMatchObject({ status: 201, body: { name: 'Climbers', memberCount: 2 } });
      expect(await joined).toMatchObject({ conversationId: first.body.id, role: 'member', lastSeq: 0 });
      const again = await ada.storm.exchange('createConversation', { body });
      expect(again).toMatchObject({ status: 200, body: { id: first.body.id } });
    });

    test('somebody who is added hears what follows, also on a socket that was open before', async () => {
      const ada = await world().person('ada', 0);
      const bob = await world().person('bob', 1);
      const id = await world().group(ada);
      await ada.storm.send(id, { text: 'before' });
      await bob.storm.connect().ready;
      const joined = heard(bob.storm, 'conversation-joined.v1');
      await ada.storm.api.addMembers({ params: { conversationId: id }, body: { userIds: [bob.user.id] } });
      expect(await joined).toMatchObject({ conversationId: id, lastSeq: 1 });
      const message = heard(bob.storm, 'message-stored.v1');
      await ada.storm.send(id, { text: 'welcome' });
      expect(await message).toMatchObject({ text: 'welcome', seq: 2, senderId: ada.user.id });
    });

    test('who is added or removed while a socket opens is in or out of it all the same', async () => {
      const ada = await world().person('ada', 0);
      const bob = await world().person('bob', 1);
      for (let round = 0; round < 8; round++) {
        const entered = await world().group(ada);
        const left = await world().group(ada, bob);
        const realtime = bob.storm.connect();
        const inside = transcribe(bob.storm, entered);
        const outside = transcribe(bob.storm, left);
        if (round % 2 === 0) await realtime.ready;
        const body = { userIds: [bob.user.id] };
        await ada.storm.api.addMembers({ params: { conversationId: entered }, body });
        await ada.storm.api.removeMember({ params: { conversationId: left, userId: bob.user.id } });
        await ada.storm.send(left, { text: 'not for bob' });
        await realtime.ready;
        await ada.storm.send(entered, { text: 'for bob' });
        await inside.until(1);
        expect(outside.texts).toEqual([]);
        await bob.storm.close();
      }
    });

    test('a removed member stops receiving at once and can do nothing more', async () => {
      const ada = await world().person('ada', 0);
      const bob = await world().person('bob', 1);
      const cleo = await world().person('cleo', 1);
      const id = await world().group(ada, bob, cleo);
      await Promise.all([bob, cleo].map(({ storm }) => storm.connect().ready));
      const bobs = transcribe(bob.storm, id);
      const cleos = transcribe(cleo.storm, id);
      await ada.storm.send(id, { text: 'together' });
      await Promise.all([bobs.until(1), cleos.until(1)]);
      const left = heard(bob.storm, 'conversation-left.v1');
      const params = { conversationId: id, userId: bob.user.id };
      await ada.storm.api.removeMember({ params });
      for (const text of ['without', 'bob']) await ada.storm.send(id, { text });
      await Promise.all([left, cleos.until(3)]);
      await bob.storm.ping();
      expect(bobs.texts).toEqual(['together']);
      const sending = bob.storm.send(id, { text: 'still here' });
      expect(await refused(sending)).toMatchObject({ code: 'conversation-not-found', status: 404 });
      expect((await refused(bob.storm.api.listMessages({ params }))).status).toBe(404);
    });

    test('who is not a member gets 404, as if it were not there', async () => {
      const ada = await world().person('ada');
      const bob = await world().person('bob');
      const eve = await world().person('eve');
      const conversationId = await world().direct(ada, bob);
      const { api } = eve.storm;
      const calls = [
        api.getConversation({ params: { conversationId } }),
        api.listMessages({ params: { conversationId } }),
        api.sendMessage({ params: { conversationId }, body: { key: 'k', text: 'let me in' } }),
        api.markRead({ params: { conversationId }, body: { seq: 1 } }),
        api.addMembers({ params: { conversationId }, body: { userIds: [eve.user.id] } }),
        api.removeMember({ params: { conversationId, userId: ada.user.id } }),
        eve.storm.upload(conversationId, {
          data: Buffer.from('hello'),
          name: 'a.txt',
          contentType: 'text/plain',
        }),
      ];
      const problems = await Promise.all(calls.map(refused));
      expect(problems.map(({ status }) => status)).toEqual(calls.map(() => 404));
      expect((await ada.storm.api.listMessages({ params: { conversationId } })).messages).toEqual([]);
    });

    test('a member may not add or remove others, and may leave', async () => {
      const ada = await world().person('ada');
      const bob = await world().person('bob');
      const cleo = await world().person('cleo');
      const conversationId = await world().group(ada, bob);
      const params = { conversationId, userId: ada.user.id };
      const { api } = bob.storm;
      expect((await refused(api.addMembers({ params, body: { userIds: [cleo.user.id] } }))).status).toBe(403);
      expect((await refused(api.removeMember({ params }))).status).toBe(403);
      await api.removeMember({ params: { conversationId, userId: bob.user.id } });
      expect((await ada.storm.api.getConversation({ params })).memberCount).toBe(1);
    });
  });
