import { apiPrefix } from '@storm/contracts';
import type { BenchUser } from '../bench-platform.ts';
import { connectMessages, fillConversations, fillMembers } from '../fill-database.ts';
import { sendPath } from '../lab.ts';
import { LoadSocket } from '../load-socket.ts';
import { percentile } from '../measure.ts';
import { judge, type Row } from '../row.ts';
import { loadSends } from '../send-load.ts';
import { createTimedGet } from '../timed-get.ts';

const conversations = 1_000;
const members = 10_000;

/** Row 9: unread counts over 1,000 conversations, and that a send writes nothing for its members. */
export const unreadRow: Row = {
  gives: [9],
  title: 'unread over 1,000 conversations',
  async run({ quick, say, site }) {
    const { platform, users } = await site({ services: sendPath });
    const [, , user, sender] = (await users(4)) as [BenchUser, BenchUser, BenchUser, BenchUser];
    const database = await connectMessages(platform);
    const ids = await fillConversations(database, conversations, [user.id, sender.id]);
    await database.query(
      'update message.conversation set last_seq = (random() * 1000)::bigint where id = any ($1)',
      [ids],
    );
    await database.query(
      `update message.member m set read_seq = (c.last_seq * random())::bigint from message.conversation c
       where c.id = m.conversation_id and m.user_id = $1`,
      [user.id],
    );
    await database.query('analyze message.member; analyze message.conversation');
    const http = createTimedGet(platform.url, user.token);
    const times: number[] = [];
    for (let round = 0; round < (quick ? 200 : 1_000); round++)
      times.push(await http.get(`${apiPrefix}/unread`));
    http.close();

    const [room = ''] = await fillConversations(database, 1, [sender.id]);
    await fillMembers(database, room, members - 1);
    const socket = await LoadSocket.open(platform.url, sender);
    const writes = async (): Promise<number> => {
      // What a backend has counted is told for sure when it ends.
      await platform.process('message').restart();
      await database.query('select pg_stat_force_next_flush()');
      const { rows } = await database.query<{ n: string }>(
        `select n_tup_upd + n_tup_ins as n from pg_stat_user_tables where schemaname = 'message' and relname = 'member'`,
      );
      return Number(rows[0]?.n);
    };
    const before = await writes();
    const lane = { sender: socket, conversationIds: [room] };
    const { totalSent } = await loadSends({ lanes: [lane], window: 4, warmUpMs: 0, measureMs: 1_000 });
    const writesEach = ((await writes()) - before) / totalSent;
    socket.close();
    await database.end();
    const [p50, p99] = [percentile(times, 0.5), percentile(times, 0.99)];
    say(
      `p50 ${p50.toFixed(2)} ms, p99 ${p99.toFixed(2)} ms; ${writesEach.toFixed(3)} writes to memberships a send`,
    );
    return [
      judge(
        {
          row: 9,
          metric: `unread counts over ${conversations} conversations, over HTTP, p50`,
          storm: `${p50.toFixed(2)} ms`,
        },
        { value: p50, sense: 'lower', must: 20, goal: 5, unit: ' ms' },
      ),
      judge(
        {
          row: 9,
          metric: `writes to memberships a send, conversation of ${members} members (the sender's own at most)`,
          storm: writesEach.toFixed(3),
        },
        { value: writesEach, sense: 'lower', must: 1, goal: 1 },
      ),
    ];
  },
};
