import type pg from 'pg';

/** L9: the query behind a page of history, as the message service asks it. */
export const historyQuery = (
  conversationId: string,
  userId: string,
  before: number,
  limit: number,
): pg.QueryConfig & { rowMode: 'array' } => ({
  name: 'bench-history',
  text: `select m.id, m.conversation_id, m.seq, m.sender_id, m.key, m.text, m.attachments, m.stored_at
         from message.message m
         where m.conversation_id = $1 and m.seq < $3
           and exists (select 1 from message.member r where r.conversation_id = $1 and r.user_id = $2)
         order by m.seq desc limit $4`,
  values: [conversationId, userId, before, limit],
  rowMode: 'array',
});

interface Plan {
  Plan: { 'Shared Hit Blocks': number; 'Shared Read Blocks': number };
}

/** Pages of 8 KiB that the query touches, in memory or not. */
export async function countBuffers(database: pg.Client, query: pg.QueryConfig): Promise<number> {
  const { rows } = await database.query<{ 'QUERY PLAN': Plan[] }>({
    text: `explain (analyze, buffers, format json) ${query.text}`,
    values: query.values ?? [],
  });
  const plan = rows[0]?.['QUERY PLAN'][0]?.Plan;
  if (plan === undefined) throw new Error('no plan');
  return plan['Shared Hit Blocks'] + plan['Shared Read Blocks'];
}
