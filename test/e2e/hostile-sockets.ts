import { type ConversationId, closeCodes } from '@storm/contracts';
import { RawSocket } from './raw-socket.ts';
import type { Person, World } from './world.ts';

export const hostileSockets = (world: () => World) =>
  describe('over the socket', () => {
    let ada: Person;
    let conversationId: ConversationId;
    let token: string;
    let silent: RawSocket;
    const open = (headers?: Record<string, string>, path = '/ws') =>
      new RawSocket(`${world().urls[1]}${path}`, headers);
    beforeAll(async () => {
      ada = await world().person('ada', 1);
      conversationId = await world().group(ada);
      token = (await ada.storm.restore())?.accessToken ?? '';
      silent = open();
    });

    test.each([
      ['no JSON', 'hello'],
      ['no object', '[]'],
      ['another frame than hello', { type: 'ping' }],
      ['a hello without token', { type: 'hello' }],
      ['a hello with more than is asked', { type: 'hello', token: 'a', admin: true }],
      ['bytes', Buffer.from('{"type":"hello"}')],
    ])('%s at first ends the socket as a fault of protocol', async (_, frame) => {
      const socket = open();
      await socket.send(frame);
      expect((await socket.closed).code).toBe(closeCodes.protocol.code);
    });

    test('a wrong token ends it as unauthenticated, and a token in the address is not looked at', async () => {
      const wrong = open();
      await wrong.send({ type: 'hello', token: 'not.a.token' });
      expect((await wrong.closed).code).toBe(closeCodes.unauthenticated.code);
      const inAddress = open({}, `/ws?token=${token}`);
      await inAddress.send({ type: 'ping' });
      expect((await inAddress.closed).code).toBe(closeCodes.protocol.code);
    });

    test('a page of another origin does not get in, nor a path that is not the door', async () => {
      expect(await open({ origin: 'https://evil.example' }).refused).toBe(403);
      expect(await open({}, '/elsewhere').refused).toBe(404);
    });

    test('a bad frame is answered with its key, and the socket goes on', async () => {
      const socket = open();
      await socket.hello(token);
      const send = (more: object) =>
        socket.send({ type: 'send', conversationId, key: 'bad', text: 'bad', ...more });
      const problemOf = async () =>
        (await socket.next(({ type, key }) => type === 'error' && key === 'bad')).problem;
      for (const more of [
        { text: 5 },
        { conversationId: 'x' },
        { mediaIds: 'x' },
        { extra: 1 },
        { text: 'a\u0000' },
      ]) {
        await send(more);
        expect(await problemOf()).toMatchObject({ status: 400, retryable: false });
      }
      await send({ conversationId: crypto.randomUUID() });
      expect(await problemOf()).toMatchObject({
        status: 404,
        type: 'urn:storm:problem:conversation-not-found',
      });
      await socket.send({ type: 'dance', ref: '1' });
      expect(await socket.next(({ ref }) => ref === '1')).toMatchObject({ type: 'error' });
      await send({ key: 'good', text: 'good' });
      expect(await socket.next(({ key }) => key === 'good')).toMatchObject({
        type: 'sent',
        status: 'stored',
        seq: 1,
      });
      socket.end();
    });

    test('who is not a member is told 404, and hears nothing', async () => {
      const eve = await world().person('eve', 1);
      const socket = open();
      await socket.hello((await eve.storm.restore())?.accessToken ?? '');
      await socket.send({ type: 'send', conversationId, key: 'eve', text: 'let me in' });
      expect(await socket.next(({ key }) => key === 'eve')).toMatchObject({
        type: 'error',
        problem: { status: 404 },
      });
      await ada.storm.send(conversationId, { text: 'between us' });
      await socket.send({ type: 'ping', ref: 'p' });
      await socket.next(({ type }) => type === 'pong');
      // That she herself is registered she may be told late.
      const heard = socket.frames.filter(
        ({ event }) => event !== undefined && event !== 'user-registered.v1',
      );
      expect(heard).toEqual([]);
      socket.end();
    });

    test('a second hello, a frame too large, and a flood end the socket', async () => {
      const twice = open();
      await twice.hello(token);
      await twice.send({ type: 'hello', token });
      expect(await twice.next(({ type }) => type === 'error')).toMatchObject({ problem: { status: 400 } });
      twice.end();
      const large = open();
      await large.hello(token);
      await large.send({ type: 'ping', ref: 'x'.repeat(1_000_000) });
      expect((await large.closed).code).toBe(1009);
      const flood = open();
      await flood.hello(token);
      for (let count = 0; count < 5_000; count++) await flood.send({ type: 'ping' });
      expect((await flood.closed).code).toBe(closeCodes.tooMany.code);
    });

    test('who never says hello is sent away', async () => {
      expect((await silent.closed).code).toBe(closeCodes.helloTimeout.code);
    }, 20_000);
  });
