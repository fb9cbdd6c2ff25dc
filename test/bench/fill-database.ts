import { randomUUID } from 'node:crypto';
import type { Platform } from '@storm/devstack';
import pg from 'pg';

/** A connection to the message service's database, as its owner: fixtures of a size that no API call makes. */
export async function connectMessages(platform: Platform): Promise<pg.Client> {
  const { host, port, user, password } = platform.part('postgres');
  const client = new pg.Client({ host, port, user, password, database: 'message_db' });
  await client.connect();
  return client;
}

/** Makes `count` conversations of these members each. @returns their ids. */
export async function fillConversations(
  database: pg.Client,
  count: number,
  memberIds: readonly string[],
): Promise<string[]> {
  const ids = Array.from({ length: count }, () => randomUUID());
  await database.query(
    `insert into message.conversation (id, kind, name, created_by, request_digest, member_count)
     select id, 'group', 'bench', $2, '', $3 from unnest($1::uuid[]) as i (id)`,
    [ids, memberIds[0], memberIds.length],
  );
  await database.query(
    `insert into message.member (conversation_id, user_id, role)
     select c.id, m.id, 'member' from unnest($1::uuid[]) as c (id) cross join unnest($2::uuid[]) as m (id)`,
    [ids, memberIds],
  );
  return ids;
}

/** Puts each of these people into so many groups of a size, with others in each. */
export async function fillGroups(
  database: pg.Client,
  userIds: readonly string[],
  { groupSize, groupsEach }: { groupSize: number; groupsEach: number },
): Promise<void> {
  const ids: string[] = [];
  const memberOf: string[] = [];
  const members: string[] = [];
  const perRound = Math.ceil(userIds.length / groupSize);
  for (let round = 0; round < groupsEach; round++) {
    const groups = Array.from({ length: perRound }, () => randomUUID());
    ids.push(...groups);
    for (const [index, userId] of userIds.entries()) {
      // Neighbours of one round are apart in the next.
      const group = round === 0 ? Math.floor(index / groupSize) : (index * (2 * round + 1)) % perRound;
      memberOf.push(groups[group] ?? '');
      members.push(userId);
    }
  }
  await database.query(
    `insert into message.conversation (id, kind, name, created_by, request_digest, member_count)
     select id, 'group', 'bench', id, '', $2 from unnest($1::uuid[]) as i (id)`,
    [ids, groupSize],
  );
  await database.query(
    `insert into message.member (conversation_id, user_id, role)
     select conversation_id, user_id, 'member' from unnest($1::uuid[], $2::uuid[]) as i (conversation_id, user_id)
     on conflict do nothing`,
    [memberOf, members],
  );
}

/** Gives a conversation so many further members whom nobody has ever seen. */
export async function fillMembers(database: pg.Client, conversationId: string, count: number): Promise<void> {
  await database.query(
    `insert into message.member (conversation_id, user_id, role)
     select $1, gen_random_uuid(), 'member' from generate_series(1, $2)`,
    [conversationId, count],
  );
  await database.query('update message.conversation set member_count = member_count + $2 where id = $1', [
    conversationId,
    count,
  ]);
}

const atOnce = 1_000_000;

/** Fills a conversation with messages of 100 bytes, as if they had been sent. */
export async function fillMessages(
  database: pg.Client,
  conversationId: string,
  senderId: string,
  count: number,
): Promise<void> {
  for (let from = 1; from <= count; from += atOnce) {
    await database.query(
      `insert into message.message (conversation_id, seq, id, sender_id, key, text)
       select $1, n, gen_random_uuid(), $2, 'fill-' || n, repeat('x', 100) from generate_series($3::bigint, $4::bigint) as n`,
      [conversationId, senderId, from, Math.min(count, from + atOnce - 1)],
    );
  }
  await database.query('update message.conversation set last_seq = $2 where id = $1', [
    conversationId,
    count,
  ]);
  await database.query('analyze message.message');
}
