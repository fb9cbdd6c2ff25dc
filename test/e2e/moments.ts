import type { StormClient } from '@storm/client';
import type { Presence } from '@storm/contracts';
import { RawSocket } from './raw-socket.ts';
import type { World } from './world.ts';

/** The first presence that fits, from now on. */
const shown = (storm: StormClient, fits: (presence: Presence) => boolean): Promise<Presence> =>
  new Promise((resolve) => {
    const off = storm.onPresence((presence) => {
      if (!fits(presence)) return;
      off();
      resolve(presence);
    });
  });

export const moments = (world: () => World) =>
  describe('what holds for a moment', () => {
    test('who types is seen by the others who are there, on any gateway, and not more often than it may', async () => {
      const ada = await world().person('ada', 0);
      const bob = await world().person('bob', 1);
      const eve = await world().person('eve', 1);
      const conversationId = await world().direct(ada, bob);
      await Promise.all([ada, bob, eve].map(({ storm }) => storm.connect().ready));
      const heard: string[] = [];
      for (const { storm, user } of [ada, bob, eve]) {
        storm.onTyping(({ userId }) => heard.push(`${user.displayName} sees ${userId}`));
      }
      const seen = new Promise((resolve) => bob.storm.onTyping(resolve));
      const socket = new RawSocket(`${world().urls[0]}/ws`);
      await socket.hello((await ada.storm.restore())?.accessToken ?? '');
      for (let n = 0; n < 5; n++) await socket.send({ type: 'typing', conversationId });
      expect(await seen).toEqual({ conversationId, userId: ada.user.id });
      await socket.send({ type: 'typing', conversationId: await world().direct(bob, eve) });
      const refusal = await socket.next(({ type }) => type === 'error');
      expect(refusal).toMatchObject({ problem: { status: 404 } });
      await bob.storm.ping();
      expect(heard).toEqual([`bob sees ${ada.user.id}`]);
      socket.end();
    });

    test('who comes and goes is seen by those who share a conversation, and by nobody else', async () => {
      const ada = await world().person('ada', 0);
      const bob = await world().person('bob', 1);
      const eve = await world().person('eve', 1);
      await world().direct(ada, bob);
      await Promise.all([ada, eve].map(({ storm }) => storm.connect().ready));
      const told: Presence[] = [];
      eve.storm.onPresence((presence) => told.push(presence));
      eve.storm.watch([bob.user.id]);
      const before = shown(ada.storm, () => true);
      ada.storm.watch([bob.user.id]);
      expect(await before).toEqual({ userId: bob.user.id, online: false, lastSeenAt: null });
      const came = shown(ada.storm, ({ online }) => online);
      const realtime = bob.storm.connect();
      await realtime.ready;
      expect(await came).toMatchObject({ userId: bob.user.id, lastSeenAt: null });
      const went = shown(ada.storm, ({ online }) => !online);
      await realtime.close();
      expect(await went).toMatchObject({ userId: bob.user.id, lastSeenAt: expect.any(String) });
      await eve.storm.ping();
      expect(told).toEqual([]);
    });
  });
