import type { ConversationId } from '@storm/contracts';
import { heard, transcribe, upTo } from './heard.ts';
import { takePhoto } from './photo.ts';
import { rawFetch } from './raw-http.ts';
import { refused } from './refused.ts';
import { type Person, password, type World } from './world.ts';

/** Something that can be taken away and brought back. */
interface Fallible {
  kill(signal?: NodeJS.Signals): void;
  restart(): Promise<void>;
}

export const outages = (world: () => World) =>
  describe('outages', () => {
    let ada: Person;
    let bob: Person;
    let conversationId: ConversationId;
    beforeEach(async () => {
      ada = await world().person('ada', 0);
      bob = await world().person('bob', 1);
      conversationId = await world().direct(ada, bob);
      await Promise.all([ada, bob].map(({ storm }) => storm.connect().ready));
    });
    const without = async (gone: readonly Fallible[], task: () => Promise<void>): Promise<void> => {
      for (const one of gone) one.kill('SIGKILL');
      try {
        await task();
      } finally {
        await Promise.all(gone.map((one) => one.restart()));
      }
    };
    const post = (key: string, text: string) =>
      ada.storm.exchange('sendMessage', { params: { conversationId }, body: { key, text } });
    const health = () => rawFetch(`${world().urls[0]}/health`, {});
    /** Sends until it works again, and checks that everything said so far is there once. */
    async function expectWhole(texts: readonly string[]): Promise<void> {
      await ada.storm.send(conversationId, { text: 'whole again' });
      const { messages } = await bob.storm.api.listMessages({ params: { conversationId } });
      expect(messages.map(({ text }) => text)).toEqual([...texts, 'whole again']);
    }

    test('message services away: 202, and the stored event when they are back', async () => {
      const { platform } = world();
      const stored = heard(bob.storm, 'message-stored.v1', ({ key }) => key === 'patient', 60_000);
      const heardByBob = transcribe(bob.storm, conversationId);
      await without([platform.process('message'), platform.process('message-2')], async () => {
        expect(await post('patient', 'I can wait')).toEqual({
          status: 202,
          body: { status: 'accepted', key: 'patient' },
        });
        const listing = ada.storm.api.listMessages({ params: { conversationId } });
        expect(await refused(listing)).toMatchObject({
          code: 'service-unavailable',
          status: 503,
          retryable: true,
        });
      });
      expect(await stored).toMatchObject({ text: 'I can wait', seq: 1 });
      expect(await post('patient', 'I can wait')).toMatchObject({ status: 200, body: { seq: 1 } });
      await expectWhole(['I can wait']);
      expect(heardByBob.seqs).toEqual([1, 2]);
    }, 90_000);

    test('a send that was only accepted resolves when the message is stored', async () => {
      const { platform } = world();
      let sending: Promise<{ seq: number }> | undefined;
      await without([platform.process('message'), platform.process('message-2')], async () => {
        sending = ada.storm.send(conversationId, { text: 'over the socket' });
        await post('second', 'over HTTP');
      });
      expect(await sending).toMatchObject({ seq: 1 });
      await expectWhole(['over the socket', 'over HTTP']);
    }, 90_000);

    test('NATS away: 503 at once, sends go through under their keys when it is back', async () => {
      const heardByBob = transcribe(bob.storm, conversationId);
      let sending: Promise<unknown> | undefined;
      await without([world().platform.part('nats')], async () => {
        const problem = await refused(post('during', 'said during the outage'));
        expect(problem).toMatchObject({ code: 'service-unavailable', status: 503, retryable: true });
        expect((await health()).status).toBe(503);
        sending = ada.storm.send(conversationId, { key: 'during', text: 'said during the outage' });
      });
      await sending;
      await expectWhole(['said during the outage']);
      await heardByBob.until(2);
      expect(heardByBob.seqs).toEqual([1, 2]);
    }, 90_000);

    test('Postgres away: nothing acknowledged, nothing lost', async () => {
      await post('before', 'before');
      let sending: Promise<unknown> | undefined;
      await without([world().platform.part('postgres')], async () => {
        const answer = await post('during', 'during').catch((error: { status: number }) => error);
        expect([202, 503]).toContain(answer.status);
        const listing = await refused(ada.storm.api.listMessages({ params: { conversationId } }));
        expect(listing).toMatchObject({ status: 503, retryable: true });
        sending = ada.storm.send(conversationId, { key: 'during', text: 'during' });
      });
      expect(await sending).toMatchObject({ seq: 2 });
      await expectWhole(['before', 'during']);
    }, 90_000);

    test('Redis away: sends, reads and sign-in go on', async () => {
      await without([world().platform.part('redis')], async () => {
        for (const n of upTo(20)) expect((await post(String(n), String(n))).status).toBe(201);
        const { messages } = await bob.storm.api.listMessages({ params: { conversationId } });
        expect(messages).toHaveLength(20);
        await world().client(0).login({ username: ada.user.username, password });
        expect(await health()).toMatchObject({ status: 200, body: { status: 'degraded' } });
      });
      await expectWhole(upTo(20).map(String));
    }, 90_000);

    test('MinIO away: files are refused for now, messages go on', async () => {
      const photo = await takePhoto(300, 200);
      await without([world().platform.part('minio')], async () => {
        const problem = await refused(ada.storm.upload(conversationId, photo));
        expect(problem).toMatchObject({ status: 503, retryable: true });
        expect((await post('words', 'words only')).status).toBe(201);
      });
      const processed = heard(bob.storm, 'media-processed.v1', () => true, 30_000);
      await ada.storm.upload(conversationId, photo);
      expect(await processed).toMatchObject({ status: 'ready' });
      await expectWhole(['words only']);
    }, 90_000);

    test('user service away: who is signed in goes on, signing in is refused for now', async () => {
      await without([world().platform.process('user')], async () => {
        expect((await post('one', 'one')).status).toBe(201);
        const stranger = world().client(0);
        const login = stranger.api.login({ body: { username: ada.user.username, password } });
        expect(await refused(login)).toMatchObject({ status: 503, retryable: true });
      });
      await expectWhole(['one']);
    }, 90_000);

    test('user service away when a gateway starts: its sockets are let in when it is back', async () => {
      const { platform } = world();
      const { realtime } = ada.storm;
      realtime?.pause();
      const live = heard(ada.storm, 'message-stored.v1', () => true, 60_000);
      await without([platform.process('user')], async () => {
        await platform.process('gateway').restart();
        realtime?.resume();
        expect(await refused(ada.storm.api.getMe())).toMatchObject({ status: 503, retryable: true });
        expect(realtime?.state).not.toBe('ended');
      });
      await bob.storm.send(conversationId, { text: 'welcome back' });
      expect(await live).toMatchObject({ text: 'welcome back' });
      expect(realtime?.state).toBe('open');
    }, 90_000);

    test.each([
      ['nats', ['gateway', 'message', 'media', 'notification', 'user']],
      ['postgres', ['message', 'user', 'notification']],
      ['redis', ['gateway']],
      ['minio', ['media']],
    ] as const)(
      '%s away at the start of who needs it: they serve as soon as it is there',
      async (part, names) => {
        const { platform } = world();
        const services = names.map((name) => platform.process(name));
        const server = platform.part(part);
        await Promise.all(services.map((service) => service.stop()));
        server.kill('SIGKILL');
        const started = Promise.allSettled(services.map((service) => service.restart()));
        for (const { port } of services) await isAlive(port);
        await server.restart();
        expect((await started).filter(({ status }) => status === 'rejected')).toEqual([]);
        await expectWhole([]);
      },
      120_000,
    );
  });

/** Waits for the process to answer at all. */
async function isAlive(port: number): Promise<void> {
  const answers = () =>
    fetch(`http://127.0.0.1:${port}/live`).then(
      () => true,
      () => false,
    );
  while (!(await answers())) await new Promise((resolve) => setTimeout(resolve, 50));
}
