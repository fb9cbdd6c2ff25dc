import type { ConversationId } from '@storm/contracts';
import { heard, upTo } from './heard.ts';
import type { Person, World } from './world.ts';

export const reading = (world: () => World) =>
  describe('reading', () => {
    let ada: Person;
    let bob: Person;
    let conversationId: ConversationId;
    beforeAll(async () => {
      ada = await world().person('ada', 0);
      bob = await world().person('bob', 1);
      conversationId = await world().direct(ada, bob);
      await Promise.all([bob.storm.connect().ready, bob.anotherDevice()]);
      for (const n of upTo(30)) await ada.storm.send(conversationId, { text: `message ${n}` });
    });
    const page = async (query: { before?: number; after?: number; around?: number; limit?: number }) => {
      const { messages } = await bob.storm.api.listMessages({ params: { conversationId }, query });
      return messages.map(({ seq }) => seq);
    };

    test('history is read by sequence, ascending, in both directions', async () => {
      expect(await page({ limit: 5 })).toEqual([26, 27, 28, 29, 30]);
      expect(await page({ before: 26, limit: 5 })).toEqual([21, 22, 23, 24, 25]);
      expect(await page({ after: 3, limit: 4 })).toEqual([4, 5, 6, 7]);
      expect(await page({ around: 15, limit: 5 })).toEqual([13, 14, 15, 16, 17]);
      expect(await page({ before: 1 })).toEqual([]);
      expect(await page({ after: 30 })).toEqual([]);
    });

    test('the list shows the last message and what is unread', async () => {
      const { conversations } = await bob.storm.api.listConversations();
      const one = conversations.find(({ id }) => id === conversationId);
      expect(one).toMatchObject({ lastSeq: 30, readSeq: 0, unread: 30, peerId: ada.user.id });
      expect(one?.lastMessage?.text).toBe('message 30');
      const mine = (await ada.storm.api.listConversations()).conversations.find(
        ({ id }) => id === conversationId,
      );
      expect(mine?.unread).toBe(0);
    });

    test('what is read on one device is read on the other, at once', async () => {
      const phone = await bob.anotherDevice(0);
      const marked = heard(phone, 'read-marked.v1');
      await bob.storm.markRead(conversationId, 20);
      expect(await marked).toEqual({ conversationId, seq: 20, unread: 10 });
      expect(await bob.storm.api.unreadCounts()).toMatchObject({ conversations: { [conversationId]: 10 } });
    });

    test('a watermark never goes back, nor past the last message', async () => {
      const params = { conversationId };
      const { api } = bob.storm;
      await api.markRead({ params, body: { seq: 25 } });
      expect(await api.markRead({ params, body: { seq: 4 } })).toEqual({ seq: 25, unread: 5 });
      expect(await api.markRead({ params, body: { seq: 1_000 } })).toEqual({ seq: 30, unread: 0 });
      expect(await api.unreadCounts()).toMatchObject({ conversations: {} });
    });

    test('the inbox gets what others sent, tells every device, and is read once', async () => {
      const dora = await world().person('dora');
      const phone = await dora.anotherDevice();
      const told = heard(phone, 'inbox-updated.v1', ({ unread }) => unread === 2);
      const chat = await world().direct(ada, dora);
      await ada.storm.send(chat, { text: 'one' });
      const { seq } = await ada.storm.send(chat, { text: 'two' });
      expect(await told).toMatchObject({ latest: { conversationId: chat, seq, preview: 'two' } });
      const inbox = await dora.storm.api.listInbox();
      expect(inbox.unread).toBe(2);
      expect(inbox.items.map(({ preview }) => preview)).toEqual(['two', 'one']);
      const read = heard(phone, 'inbox-updated.v1', ({ unread }) => unread === 0);
      expect(await dora.storm.api.readInbox({ body: {} })).toMatchObject({ unread: 0 });
      await read;
      expect((await ada.storm.api.listInbox()).items).toEqual([]);
    });
  });
