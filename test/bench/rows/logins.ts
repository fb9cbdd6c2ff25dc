import { verify } from '@node-rs/argon2';
import { apiPrefix } from '@storm/contracts';
import pg from 'pg';
import type { BenchUser } from '../bench-platform.ts';
import { sendPath } from '../lab.ts';
import { measureTokenChecks } from '../limits/token-checks.ts';
import { alternate, cpuSeconds } from '../measure.ts';
import { judge, type Row } from '../row.ts';

/** As many at a time as the user service hashes at a time. */
const atOnce = 2;

async function repeat(count: number, task: () => Promise<void>): Promise<void> {
  let left = count;
  const lane = async (): Promise<void> => {
    while (left-- > 0) await task();
  };
  await Promise.all(Array.from({ length: atOnce }, lane));
}

/** Row 11: logins a cpu-second of the services, beside the native hash alone; and what a known token costs. */
export const loginsRow: Row = {
  gives: [11],
  title: 'logins per core',
  async run({ quick, say, site }) {
    const count = quick ? 100 : 200;
    const { platform, users } = await site({ services: sendPath });
    const [user] = (await users(1)) as [BenchUser];
    const hash = await readPasswordHash(platform.part('postgres'), user.id);
    const services = ['gateway', 'user'].map((name) => platform.process(name).pid);
    const used = (): number => services.reduce((sum, pid) => sum + cpuSeconds(pid), 0);
    const body = JSON.stringify({ username: user.username, password: user.password });
    const logIn = async (): Promise<void> => {
      const answer = await fetch(`${platform.url}${apiPrefix}/auth/login`, {
        method: 'POST',
        headers: { 'content-type': 'application/json' },
        body,
      });
      if (answer.status !== 200) throw new Error(`login: ${answer.status} ${await answer.text()}`);
      await answer.arrayBuffer();
    };
    // The first hundreds cost what the compiler makes of them.
    await repeat(400, logIn);
    const result = await alternate(
      quick ? 2 : 3,
      async () => {
        const before = used();
        await repeat(count, logIn);
        const figure = count / (used() - before);
        say(`storm: ${figure.toFixed(1)} logins per cpu-second of gateway and user service`);
        return figure;
      },
      async () => {
        const before = process.cpuUsage();
        await repeat(count, async () => {
          if (!(await verify(hash, user.password))) throw new Error('not the hash of that password');
        });
        const { user: inUser, system } = process.cpuUsage(before);
        const figure = count / ((inUser + system) / 1e6);
        say(`native argon2id: ${figure.toFixed(1)} per cpu-second`);
        return figure;
      },
    );
    const checkUs = await measureTokenChecks(platform, user.token);
    say(`a known token is checked in ${checkUs.toFixed(2)} us`);
    return [
      judge(
        {
          row: 11,
          metric: 'logins per cpu-second (gateway and user service)',
          storm: result.a.toFixed(1),
          limit: `${result.b.toFixed(1)} native argon2id`,
          ratio: result.ratio.toFixed(2),
        },
        { value: result.ratio, sense: 'higher', must: 0.7, goal: 0.95 },
      ),
      judge(
        { row: 11, metric: 'check of a token known to the gateway', storm: `${checkUs.toFixed(2)} us` },
        { value: checkUs, sense: 'lower', must: null, goal: 5, unit: ' us' },
      ),
    ];
  },
};

async function readPasswordHash(
  { host, port, user, password }: { host: string; port: number; user: string; password: string },
  id: string,
): Promise<string> {
  const database = new pg.Client({ host, port, user, password, database: 'user_db' });
  await database.connect();
  const { rows } = await database.query<{ password_hash: string }>(
    'select password_hash from account.person where id = $1',
    [id],
  );
  await database.end();
  const [row] = rows;
  if (row === undefined) throw new Error('no such person');
  return row.password_hash;
}
