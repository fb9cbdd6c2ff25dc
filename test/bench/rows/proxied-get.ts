import { fileURLToPath } from 'node:url';
import { apiPrefix } from '@storm/contracts';
import autocannon from 'autocannon';
import type { BenchUser } from '../bench-platform.ts';
import { sendPath } from '../lab.ts';
import { median, thousands } from '../measure.ts';
import { judge, type Row } from '../row.ts';
import { environmentOf, startLimit, startTwin } from '../start-beside.ts';

const connections = 32;
const path = '/users/me';
const entry = fileURLToPath(new URL('../../../../services/gateway/dist/main.js', import.meta.url));

/** @returns answers a second; every one of them must be a success. */
async function load(url: string, token: string, seconds: number): Promise<number> {
  const result = await autocannon({
    url,
    connections,
    duration: seconds,
    headers: { authorization: `Bearer ${token}` },
  });
  if (result.non2xx > 0 || result.errors > 0)
    throw new Error(`${url}: ${result.non2xx} refused, ${result.errors} errors`);
  return result.requests.average;
}

/**
 * Row 6: what the gateway's proxying costs, beside a raw proxy in front of the same upstream, one that answers at once;
 * and the whole way to the real user service.
 */
export const proxiedGetRow: Row = {
  gives: [6],
  title: 'proxied authenticated GET',
  async run({ quick, say, site }) {
    const seconds = quick ? 2 : 6;
    const { platform, users } = await site({ services: sendPath });
    const [user] = (await users(1)) as [BenchUser];
    const userService = platform.process('user').url;
    const upstream = await startLimit('known-upstream', [userService, user.token]);
    const hello = await startLimit('hello');
    const proxy = await startLimit('raw-proxy', [upstream.url]);
    const rawWhole = await startLimit('raw-proxy', [userService]);
    const env = { ...environmentOf(platform.process('gateway').pid), USER_SERVICE_URL: upstream.url };
    const gateway = await startTwin({ entry, env, healthPath: '/health' });
    const targets = {
      storm: gateway.url + apiPrefix + path,
      hello: hello.url,
      proxy: proxy.url + path,
      whole: platform.url + apiPrefix + path,
      rawWhole: rawWhole.url + path,
    };
    const rates = new Map(Object.keys(targets).map((name) => [name, [] as number[]]));
    for (let round = 0; round < (quick ? 2 : 3); round++) {
      for (const [name, url] of Object.entries(targets)) {
        // The whole way is told, not judged: its limit is the user service's database.
        if (quick && round > 0 && name.toLowerCase().endsWith('whole')) continue;
        rates.get(name)?.push(await load(url, user.token, seconds));
      }
    }
    for (const one of [gateway, upstream, hello, proxy, rawWhole]) await one.stop();
    const rate = (name: keyof typeof targets): number => median(rates.get(name) ?? []);
    const [storm, bare, raw] = [rate('storm'), rate('hello'), rate('proxy')];
    const whole = `the whole way to the user service and its database: ${thousands(rate('whole'))}/s, by a raw proxy ${thousands(rate('rawWhole'))}/s`;
    say(`gateway ${thousands(storm)}/s, Fastify hello ${thousands(bare)}/s, raw proxy ${thousands(raw)}/s`);
    say(whole);
    const metric = `authenticated GET proxied by the gateway, ${connections} connections, upstream that answers at once`;
    return [
      judge(
        {
          row: 6,
          metric,
          storm: `${thousands(storm)}/s`,
          limit: `${thousands(bare)}/s Fastify hello`,
          ratio: (storm / bare).toFixed(2),
          notes: [whole],
        },
        { value: storm / bare, sense: 'higher', must: 0.15, goal: 0.27 },
      ),
      judge(
        {
          row: 6,
          metric,
          storm: `${thousands(storm)}/s`,
          limit: `${thousands(raw)}/s raw proxy`,
          ratio: (storm / raw).toFixed(2),
        },
        { value: storm / raw, sense: 'higher', must: null, goal: 0.9 },
      ),
    ];
  },
};
