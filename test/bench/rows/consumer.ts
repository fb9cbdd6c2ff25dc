import { randomUUID } from 'node:crypto';
import {
  type BatchedCommand,
  type ConversationId,
  commandBatchSubject,
  partitionCount,
  partitionOf,
  sendMessage,
} from '@storm/contracts';
import { connect } from 'nats';
import type pg from 'pg';
import { connectMessages, fillConversations } from '../fill-database.ts';
import { sendPath } from '../lab.ts';
import { measureInserts } from '../limits/raw-insert.ts';
import { alternate, sleep, thousands } from '../measure.ts';
import { judge, type Row } from '../row.ts';

/** Of each partition, so that every one has the same share of the backlog. */
const conversationsEach = 3;
/** Their ids are drawn: among so many every partition has its share. */
const drawn = 40 * partitionCount;
/** As many commands as a gateway mostly sends together under the load of row 1. */
const parcelSize = 16;

/** Row 7: how fast the message service stores a backlog, and in how many statements. */
export const consumerRow: Row = {
  gives: [7],
  title: 'consumer to Postgres',
  async run({ quick, say, site }) {
    // Long enough that what a process that has just started has to compile does not count.
    const backlog = quick ? 150_000 : 300_000;
    const { platform } = await site({ services: sendPath });
    const message = platform.process('message');
    const database = await connectMessages(platform);
    const senderId = randomUUID();
    const partitions = [...groupByPartition(await fillConversations(database, drawn, [senderId]))];
    const ids = partitions.flatMap(([, some]) => some);
    const gateway = await connect({
      servers: platform.part('nats').url,
      user: 'gateway',
      pass: platform.natsUsers.gateway ?? '',
      inboxPrefix: '_INBOX_gateway',
    });
    const text = 'x'.repeat(100);
    let statements = 0;
    let stored = 0;
    const drain = async (): Promise<number> => {
      await message.stop();
      for (let sent = 0, turn = 0; sent < backlog; sent += parcelSize, turn++) {
        const [partition, conversations] = partitions[turn % partitions.length] as [number, ConversationId[]];
        const commands = Array.from({ length: parcelSize }, (_, index): BatchedCommand => {
          const conversationId = conversations[index % conversations.length];
          const data = { conversationId, senderId, key: randomUUID(), text, attachments: [] };
          return [`${sent + index}`, sendMessage.verb, data];
        });
        gateway.publish(commandBatchSubject(partition), JSON.stringify(commands));
        if (turn % 100 === 0) await gateway.flush();
      }
      await gateway.flush();
      const [before, transactionsBefore] = [
        await countStored(database, ids),
        await countTransactions(database),
      ];
      await message.restart();
      const { perSecond, polls } = await watchStored(database, ids, before, backlog);
      // What a backend has counted is told for sure when it ends.
      await message.restart();
      statements += (await countTransactions(database)) - transactionsBefore - polls;
      stored += backlog;
      say(`storm: ${thousands(perSecond)} rows/s from a backlog of ${thousands(backlog)}`);
      return perSecond;
    };
    const result = await alternate(quick ? 2 : 3, drain, async () => {
      const perSecond = await measureInserts(database, quick ? 2_000 : 5_000);
      say(`raw UNNEST insert: ${thousands(perSecond)} rows/s`);
      return perSecond;
    });
    await gateway.close();
    await database.end();
    const each = statements / stored;
    const metric = 'consumer -> Postgres, backlog of sends';
    return [
      judge(
        {
          row: 7,
          metric: `${metric}, rows/s`,
          storm: `${thousands(result.a)}/s`,
          limit: `${thousands(result.b)}/s raw UNNEST insert`,
          ratio: result.ratio.toFixed(2),
        },
        { value: result.ratio, sense: 'higher', must: 0.5, goal: 0.8 },
      ),
      judge(
        { row: 7, metric: `${metric}, transactions of one statement a message`, storm: each.toFixed(3) },
        { value: each, sense: 'lower', must: 0.05, goal: 0.05 },
      ),
    ];
  },
};

function groupByPartition(ids: readonly string[]): Map<number, ConversationId[]> {
  const groups = new Map<number, ConversationId[]>();
  for (const id of ids as ConversationId[]) {
    const group = groups.get(partitionOf(id)) ?? [];
    if (group.length < conversationsEach) groups.set(partitionOf(id), [...group, id]);
  }
  return groups;
}

async function countStored(database: pg.Client, ids: readonly string[]): Promise<number> {
  const { rows } = await database.query<{ sum: string }>(
    'select sum(last_seq) from message.conversation where id = any ($1)',
    [ids],
  );
  return Number(rows[0]?.sum);
}

async function countTransactions(database: pg.Client): Promise<number> {
  const { rows } = await database.query<{ xact_commit: string }>(
    'select xact_commit from pg_stat_database where datname = current_database()',
  );
  return Number(rows[0]?.xact_commit);
}

/** Rows a second between the first tenth and the last of the backlog, so that neither start nor tail counts. */
async function watchStored(
  database: pg.Client,
  ids: readonly string[],
  before: number,
  backlog: number,
): Promise<{ perSecond: number; polls: number }> {
  let from: { at: number; count: number } | undefined;
  const deadline = performance.now() + 60_000;
  for (let polls = 1; performance.now() < deadline; polls++) {
    const count = (await countStored(database, ids)) - before;
    const at = performance.now();
    if (from === undefined && count >= backlog * 0.1) from = { at, count };
    if (from !== undefined && count >= backlog * 0.9)
      return { perSecond: (count - from.count) / ((at - from.at) / 1_000), polls };
    await sleep(25);
  }
  throw new Error('the backlog was not stored in a minute');
}
