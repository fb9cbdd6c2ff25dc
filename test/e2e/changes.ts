import type { ConversationId } from '@storm/contracts';
import { heard } from './heard.ts';
import { RawSocket } from './raw-socket.ts';
import { refused } from './refused.ts';
import type { Person, World } from './world.ts';

export const changes = (world: () => World) =>
  describe('changes', () => {
    let ada: Person;
    let bob: Person;
    let conversationId: ConversationId;
    beforeAll(async () => {
      ada = await world().person('ada', 0);
      bob = await world().person('bob', 1);
      conversationId = await world().group(ada, bob);
      await Promise.all([ada, bob].map(({ storm }) => storm.connect().ready));
    });
    const at = (seq: number) => ({ conversationId, seq: String(seq) });

    test('an edit is heard on the other gateway, and its history can be read', async () => {
      const { seq } = await ada.storm.send(conversationId, { text: 'hello' });
      const changed = heard(bob.storm, 'message-changed.v1');
      const body = { key: 'edit-1', text: 'hello there' };
      const message = await ada.storm.api.editMessage({ params: at(seq), body });
      expect(await changed).toMatchObject({ message, verb: 'edit-message', actorId: ada.user.id });
      const { texts } = await bob.storm.api.listEarlierTexts({ params: at(seq) });
      expect(texts.map(({ text }) => text)).toEqual(['hello']);
      const theirs = bob.storm.api.editMessage({ params: at(seq), body });
      expect(await refused(theirs)).toMatchObject({ code: 'not-allowed', status: 403 });
    });

    test('a deleted message keeps its place and nothing else, also for who joins later with an old cursor', async () => {
      const { cursor } = await bob.storm.api.listConversations();
      const { seq } = await bob.storm.send(conversationId, { text: 'a secret' });
      await ada.storm.api.reactToMessage({ params: at(seq), body: { key: 'r1', emoji: '👀', on: true } });
      const gone = heard(bob.storm, 'message-changed.v1', ({ message }) => message.deletedAt !== undefined);
      await ada.storm.api.deleteMessage({ params: at(seq) });
      const { message } = await gone;
      expect(message).toMatchObject({ seq, text: '', attachments: [] });
      await ada.storm.send(conversationId, { text: 'afterwards' });
      const cleo = await world().person('cleo');
      await ada.storm.api.addMembers({ params: { conversationId }, body: { userIds: [cleo.user.id] } });
      await storedWithout('a secret', () => replayed(cleo, cursor));
      const page = await cleo.storm.api.listMessages({ params: { conversationId } });
      expect(page.messages).toContainEqual(message);
    });

    /** Everything that a gateway replays to somebody from a cursor on. */
    async function replayed({ storm }: Person, cursor: string): Promise<string> {
      const socket = new RawSocket(`${world().urls[0]}/ws`);
      await socket.hello((await storm.restore())?.accessToken ?? '', cursor);
      await socket.next(({ event }) => event === 'member-added.v1');
      socket.end();
      return JSON.stringify(socket.frames);
    }

    test('a message deleted for oneself is gone on all own devices, and nowhere else', async () => {
      const { seq } = await ada.storm.send(conversationId, { text: 'too long' });
      const phone = await bob.anotherDevice(0);
      const hidden = heard(phone, 'message-hidden.v1');
      await bob.storm.api.deleteMessage({ params: at(seq), query: { for: 'me' } });
      expect(await hidden).toEqual({ conversationId, seq });
      const query = { around: seq, limit: 1 };
      const [bobs] = (await bob.storm.api.listMessages({ params: { conversationId }, query })).messages;
      const [adas] = (await ada.storm.api.listMessages({ params: { conversationId }, query })).messages;
      expect([bobs, adas]).toMatchObject([{ text: '', hidden: true }, { text: 'too long' }]);
    });

    test('reactions are told as they stand', async () => {
      const { seq } = await ada.storm.send(conversationId, { text: 'who is in?' });
      const both = heard(ada.storm, 'message-changed.v1', ({ message }) => message.reactions?.length === 1);
      const body = { key: 'react-1', emoji: '🙋', on: true };
      await bob.storm.api.reactToMessage({ params: at(seq), body });
      expect((await both).message.reactions).toEqual([{ emoji: '🙋', userIds: [bob.user.id] }]);
    });

    test('a group gets a name and a picture, an admin, and another owner', async () => {
      const renamed = heard(bob.storm, 'conversation-changed.v1', ({ name }) => name === 'Sailors');
      const params = { conversationId };
      await ada.storm.api.editConversation({ params, body: { key: 'n1', name: 'Sailors' } });
      expect(await renamed).toMatchObject({ name: 'Sailors', pictureId: null });
      const text = { data: Buffer.from('hello'), name: 'a.txt', contentType: 'text/plain' };
      const { id: pictureId } = await ada.storm.upload(conversationId, text);
      const wrong = ada.storm.api.editConversation({ params, body: { key: 'n2', pictureId } });
      expect((await refused(wrong)).code).toBe('not-a-picture');
      const promoted = heard(bob.storm, 'member-changed.v1');
      const to = { conversationId, userId: bob.user.id };
      await ada.storm.api.setRole({ params: to, body: { key: 'o1', role: 'admin' } });
      expect(await promoted).toMatchObject({ member: { userId: bob.user.id, role: 'admin' } });
      const bobs = bob.storm.api.editConversation({ params, body: { key: 'n3', name: 'Climbers' } });
      expect(await bobs).toMatchObject({ name: 'Climbers' });
      const owner = heard(bob.storm, 'member-changed.v1', ({ member }) => member.role === 'owner');
      await ada.storm.api.removeMember({ params: { conversationId, userId: ada.user.id } });
      expect(await owner).toMatchObject({ member: { userId: bob.user.id } });
    });

    test('mute and pin reach the other device', async () => {
      const phone = await bob.anotherDevice(0);
      const changed = heard(phone, 'settings-changed.v1');
      const params = { conversationId };
      const settings = await bob.storm.api.changeSettings({ params, body: { key: 's1', pinned: true } });
      expect(await changed).toEqual({ conversationId, settings });
      const { conversations } = await phone.api.listConversations({ query: { id: conversationId } });
      expect(conversations).toMatchObject([{ id: conversationId, settings }]);
    });
  });

/** The stream forgets what was said a moment after the deletion was answered. */
async function storedWithout(secret: string, read: () => Promise<string>): Promise<void> {
  for (const until = Date.now() + 10_000; ; ) {
    const told = await read();
    expect(told).toContain('afterwards');
    if (!told.includes(secret)) return;
    if (Date.now() > until) throw new Error('the stream still tells it');
  }
}
