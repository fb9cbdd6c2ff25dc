import { Buffer } from 'node:buffer';
import { heard } from './heard.ts';
import { refused } from './refused.ts';
import type { World } from './world.ts';

export const references = (world: () => World) =>
  describe('replies, forwards and receipts', () => {
    test('a reply over the socket says what it answers', async () => {
      const ada = await world().person('ada', 0);
      const bob = await world().person('bob', 1);
      const conversationId = await world().direct(ada, bob);
      await Promise.all([ada, bob].map(({ storm }) => storm.connect().ready));
      const { seq } = await ada.storm.send(conversationId, { text: 'when?' });
      const answer = heard(ada.storm, 'message-stored.v1', ({ senderId }) => senderId === bob.user.id);
      await bob.storm.send(conversationId, { text: 'at six', replyTo: seq });
      expect(await answer).toMatchObject({ text: 'at six', replyTo: seq });
      const params = { conversationId };
      const { quoted } = await ada.storm.api.listMessages({ params, query: { limit: 1 } });
      expect(quoted).toMatchObject([{ seq, text: 'when?' }]);
    });

    test('a forwarded file can be read where it was forwarded to, and nowhere else', async () => {
      const [ada, bob, cleo, eve] = await Promise.all([1, 2, 3, 4].map(() => world().person()));
      if (!ada || !bob || !cleo || !eve) throw new Error('four people');
      const from = await world().direct(ada, bob);
      const to = await world().direct(bob, cleo);
      const data = Buffer.from('the plan');
      const file = await ada.storm.upload(from, { data, name: 'plan.txt', contentType: 'text/plain' });
      const { seq } = await ada.storm.send(from, { text: '', mediaIds: [file.id] });
      const body = { key: 'f1', from: { conversationId: from, seq } };
      const message = await bob.storm.api.forwardMessage({ params: { conversationId: to }, body });
      expect(message).toMatchObject({ forwarded: { senderId: ada.user.id }, senderId: bob.user.id });
      expect(Buffer.from(await cleo.storm.downloads.bytes(file.id)).toString()).toBe('the plan');
      expect((await refused(eve.storm.downloads.bytes(file.id))).status).toBe(404);
    });

    test('what has arrived and what was read is seen by the others', async () => {
      const ada = await world().person('ada', 0);
      const bob = await world().person('bob', 1);
      const conversationId = await world().direct(ada, bob);
      await Promise.all([ada, bob].map(({ storm }) => storm.connect().ready));
      const { seq } = await ada.storm.send(conversationId, { text: 'hello' });
      const isBobs = ({ userId }: { userId: string }) => userId === bob.user.id;
      const delivered = heard(ada.storm, 'receipt-moved.v1', isBobs);
      await bob.storm.markDelivered(conversationId, seq);
      expect(await delivered).toMatchObject({ deliveredSeq: seq, readSeq: 0 });
      const read = heard(ada.storm, 'receipt-moved.v1', isBobs);
      await bob.storm.markRead(conversationId, seq);
      expect(await read).toMatchObject({ deliveredSeq: seq, readSeq: seq });
      const { receipts } = await ada.storm.api.listReceipts({ params: { conversationId } });
      expect(receipts).toContainEqual({ userId: bob.user.id, deliveredSeq: seq, readSeq: seq });
    });
  });
