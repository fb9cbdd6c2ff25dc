import { apiPrefix } from '@storm/contracts';
import { type BenchUser } from '../bench-platform.ts';
import { connectMessages, fillConversations, fillMessages } from '../fill-database.ts';
import { sendPath } from '../lab.ts';
import { countBuffers, historyQuery } from '../limits/history-query.ts';
import { percentile, thousands } from '../measure.ts';
import { judge, type Row } from '../row.ts';
import { createTimedGet } from '../timed-get.ts';

const pageSize = 50;
const smallRows = 10_000;

/** Row 8: a page of 50 at a random place, beside the query alone; a small conversation beside a large one. */
export const historyRow: Row = {
  gives: [8],
  title: 'history page of 50',
  async run({ quick, historyRows, say, site }) {
    const rounds = quick ? 300 : 1_500;
    const { platform, users } = await site({ services: sendPath });
    const [user] = (await users(1)) as [BenchUser];
    const database = await connectMessages(platform);
    const [small = '', large = ''] = await fillConversations(database, 2, [user.id]);
    const startedAt = performance.now();
    await fillMessages(database, small, user.id, smallRows);
    await fillMessages(database, large, user.id, historyRows);
    say(
      `filled ${thousands(historyRows)} messages in ${((performance.now() - startedAt) / 1_000).toFixed(0)} s`,
    );
    const http = createTimedGet(platform.url, user.token);
    const place = (rows: number): number => pageSize + Math.ceil(Math.random() * (rows - pageSize));
    const page = (id: string, rows: number): Promise<number> =>
      http.get(`${apiPrefix}/conversations/${id}/messages?limit=${pageSize}&before=${place(rows)}`);
    const alone = async (id: string, rows: number): Promise<number> => {
      const from = performance.now();
      await database.query(historyQuery(id, user.id, place(rows), pageSize));
      return performance.now() - from;
    };
    const times: Record<'storm' | 'alone' | 'small' | 'large', number[]> = {
      storm: [],
      alone: [],
      small: [],
      large: [],
    };
    for (let round = 0; round < rounds + 50; round++) {
      const [ofLarge, byQuery, ofSmall] = [
        await page(large, historyRows),
        await alone(large, historyRows),
        await page(small, smallRows),
      ];
      if (round < 50) continue;
      times.storm.push(ofLarge);
      times.alone.push(byQuery);
      times.large.push(ofLarge);
      times.small.push(ofSmall);
    }
    http.close();
    const buffers = {
      small: await countBuffers(database, historyQuery(small, user.id, place(smallRows), pageSize)),
      large: await countBuffers(database, historyQuery(large, user.id, place(historyRows), pageSize)),
    };
    await database.end();
    const p50 = (of: number[]): number => percentile(of, 0.5);
    const p99 = (of: number[]): number => percentile(of, 0.99);
    say(
      `page p50 ${p50(times.storm).toFixed(2)} ms, p99 ${p99(times.large).toFixed(2)} ms; query alone p50 ${p50(times.alone).toFixed(2)} ms; buffers ${buffers.small} of the small one, ${buffers.large} of the large one`,
    );
    const sizes = `10^4 and 10^${Math.round(Math.log10(historyRows))} messages`;
    return [
      judge(
        {
          row: 8,
          metric: `history page of ${pageSize} over HTTP, ${thousands(historyRows)} messages, p50`,
          storm: `${p50(times.storm).toFixed(2)} ms`,
          limit: `${p50(times.alone).toFixed(2)} ms query alone`,
          ratio: (p50(times.storm) / p50(times.alone)).toFixed(2),
        },
        { value: p50(times.storm) / p50(times.alone), sense: 'lower', must: 4, goal: 2 },
      ),
      judge(
        {
          row: 8,
          metric: `the same, p99 of the large conversation beside the small one (${sizes})`,
          storm: `${p99(times.large).toFixed(2)} ms`,
          limit: `${p99(times.small).toFixed(2)} ms small`,
          ratio: (p99(times.large) / p99(times.small)).toFixed(2),
        },
        { value: p99(times.large) / p99(times.small), sense: 'lower', must: null, goal: 1.5 },
      ),
      judge(
        {
          row: 8,
          metric: `buffers that a page touches (${sizes})`,
          storm: String(buffers.large),
          limit: `${buffers.small} small`,
          ratio: (buffers.large / buffers.small).toFixed(2),
        },
        { value: buffers.large / buffers.small, sense: 'lower', must: null, goal: 1.5 },
      ),
    ];
  },
};
