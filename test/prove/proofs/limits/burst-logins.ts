import { apiPrefix } from '@storm/contracts';
import { call } from '../../cast/call.ts';
import { sleep } from '../../sleep.ts';
import { type Attack, keepStriking } from './attack.ts';

/** Many logins at once, again and again: each wants 19 MiB for its hash. */
export const loginBursts: Attack = {
  name: 'login bursts',
  start: async ({ urls, strength, attacker }) =>
    keepStriking(1, async () => {
      const burst = Array.from({ length: strength * 2 }, (_, index) =>
        call(`${urls[index % urls.length]}${apiPrefix}/auth/login`, {
          body: { username: attacker.username, password: `wrong-${index}` },
          timeoutMs: 15_000,
        }).catch(() => null),
      );
      await Promise.all(burst);
      await sleep(500);
    }),
};
