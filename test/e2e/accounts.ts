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
