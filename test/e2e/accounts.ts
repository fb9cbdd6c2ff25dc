import { refused } from './refused.ts';
import { password, type World } from './world.ts';

export const accounts = (world: () => World) =>
  describe('accounts', () => {
    test('registering signs in', async () => {
      const { storm, user } = await world().person('ada');
      expect(await storm.api.getMe()).toEqual(user);
      expect(user.displayName).toBe('ada');
    });

    test('a username is taken once, and login goes by it', async () => {
      const { user } = await world().person('ada');
      const other = world().client();
      const again = other.register({ username: user.username, displayName: 'Other', password });
      expect(await refused(again)).toMatchObject({ code: 'username-taken', status: 409, retryable: false });
      expect(await other.login({ username: user.username, password })).toEqual(user);
    });

    test('a wrong password and an unknown name are refused alike', async () => {
      const { user } = await world().person();
      const { api } = world().client();
      const wrong = await refused(
        api.login({ body: { username: user.username, password: 'not the password' } }),
      );
      const unknown = await refused(api.login({ body: { username: 'nobody-of-that-name', password } }));
      expect(wrong).toMatchObject({ code: 'invalid-credentials', status: 401 });
      expect({ ...unknown }).toEqual({ ...wrong });
    });

    test('refresh gives a new pair of tokens, and a token that had its turn ends the session', async () => {
      const { storm } = await world().person();
      const first = await storm.restore();
      if (first === undefined) throw new Error('not signed in');
      const second = await storm.api.refresh({ body: { refreshToken: first.refreshToken } });
      expect(second.refreshToken).not.toBe(first.refreshToken);
      expect(second.sessionId).toBe(first.sessionId);
      const third = await storm.api.refresh({ body: { refreshToken: second.refreshToken } });
      const reused = await refused(storm.api.refresh({ body: { refreshToken: first.refreshToken } }));
      expect(reused).toMatchObject({ code: 'refresh-reused', status: 401 });
      const last = await refused(storm.api.refresh({ body: { refreshToken: third.refreshToken } }));
      expect(last.status).toBe(401);
    });

    test('logout ends the session on the platform and its sockets, other devices stay', async () => {
      const person = await world().person();
      const phone = await person.anotherDevice();
      const session = await person.storm.restore();
      const realtime = person.storm.connect();
      await realtime.ready;
      await person.storm.logout();
      await realtime.close();
      expect(person.storm.user).toBeUndefined();
      expect(realtime.state).toBe('ended');
      const headers = { authorization: `Bearer ${session?.accessToken}` };
      for (const url of world().urls) {
        expect((await fetch(`${url}/api/v1/users/me`, { headers })).status).toBe(401);
      }
      expect(await phone.api.getMe()).toEqual(person.user);
    });

    test('one sees where one is signed in, and signs out elsewhere or everywhere', async () => {
      const person = await world().person();
      const phone = await person.anotherDevice();
      const tablet = await person.anotherDevice();
      const { sessions } = await person.storm.api.listSessions();
      expect(sessions.map(({ isCurrent }) => isCurrent)).toEqual([false, false, true]);
      const phoneId = (await phone.restore())?.sessionId;
      if (phoneId === undefined) throw new Error('signed in on the phone');
      const ended = [phone, tablet, person.storm].map(
        (storm) => new Promise<string>((resolve) => storm.onSignedOut(resolve)),
      );
      await person.storm.connect().ready;
      await person.storm.api.endSession({ params: { sessionId: phoneId } });
      expect(await ended[0]).toBe('revoked');
      await person.storm.api.endSessions({ query: { keep: 'this' } });
      expect(await ended[1]).toBe('revoked');
      expect((await person.storm.api.listSessions()).sessions).toHaveLength(1);
      const stranger = await world().person();
      const mine = (await person.storm.api.listSessions()).sessions[0]?.id;
      const theirs = stranger.storm.api.endSession({
        params: { sessionId: mine as NonNullable<typeof mine> },
      });
      expect((await refused(theirs)).status).toBe(401);
      await person.storm.api.endSessions();
      expect(await ended[2]).toBe('revoked');
    });

    test('people are found by the beginning of a name, and by something like it', async () => {
      const ada = await world().person('wilhelmina');
      const { api } = (await world().person()).storm;
      const find = async (q: string) => (await api.searchUsers({ query: { q } })).users;
      expect(await find(ada.user.username.slice(0, 14))).toContainEqual(ada.user);
      expect(await find('Wilhel')).toContainEqual(ada.user);
      expect(await find('wilhelmna')).toContainEqual(ada.user);
      expect(await find('%')).toEqual([]);
    });

    test('people are found by exact name and by ids', async () => {
      const ada = await world().person('ada');
      const bob = await world().person('bob');
      const { api } = ada.storm;
      expect(await api.getUser({ params: { userId: bob.user.id } })).toEqual(bob.user);
      expect((await api.findUsers({ query: { username: bob.user.username } })).users).toEqual([bob.user]);
      const both = await api.findUsers({ query: { ids: `${ada.user.id},${bob.user.id}` } });
      expect(both.users).toHaveLength(2);
      expect((await api.findUsers({ query: { username: 'nobody-of-that-name' } })).users).toEqual([]);
    });
  });
