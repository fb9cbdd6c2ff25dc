import { createHash } from 'node:crypto';
import type {
  Conversation,
  ConversationId,
  ConversationSummary,
  CreateConversation,
  Member,
  Role,
  UserId,
} from '@storm/contracts';
import type pg from 'pg';
import type { ChangeOutcome, ConversationStore, CreateOutcome } from './conversation-store.ts';
import { messageColumns, readMessage } from './message-store.pg.ts';

const maxMembers = 10_000;
const membersShown = 200;
const createOutcomes: readonly CreateOutcome[] = ['created', 'existing', 'differs'];
const changeOutcomes: Readonly<Record<number, ChangeOutcome>> = {
  0: 'done',
  3: 'not-member',
  4: 'not-allowed',
  5: 'direct',
  6: 'full',
};

/** What tells a retry of a creation from another wish under the same id. */
export function digestCreation({ kind, name, memberIds }: CreateConversation): string {
  return createHash('sha256')
    .update(JSON.stringify([kind, name, [...memberIds].sort()]))
    .digest('hex');
}

export function createConversationStore(pool: pg.Pool): ConversationStore {
  const query = async <Row extends unknown[]>(
    name: string,
    text: string,
    values: unknown[],
  ): Promise<Row[]> => {
    const { rows } = await pool.query<Row>({ name, text, values, rowMode: 'array' } as pg.QueryConfig);
    return rows;
  };
  const outcome = async (name: string, text: string, values: unknown[]): Promise<number> => {
    const rows = await query<[number]>(name, text, values);
    return rows[0]?.[0] ?? -1;
  };
  const changed = (code: number): ChangeOutcome => {
    const known = changeOutcomes[code];
    if (known === undefined) throw new Error(`unknown outcome ${code}`);
    return known;
  };

  return {
    async create(command) {
      const code = await outcome(
        'create-conversation',
        'select message.create_conversation($1, $2, $3, $4, $5, $6)',
        [
          command.conversationId,
          command.kind,
          command.name,
          command.creatorId,
          command.memberIds,
          digestCreation(command),
        ],
      );
      return createOutcomes[code] ?? 'differs';
    },
    async addMembers({ conversationId, actorId, userIds }) {
      return changed(
        await outcome('add-members', 'select message.add_members($1, $2, $3, $4)', [
          conversationId,
          actorId,
          userIds,
          maxMembers,
        ]),
      );
    },
    async removeMember({ conversationId, actorId, userId }) {
      return changed(
        await outcome('remove-member', 'select message.remove_member($1, $2, $3)', [
          conversationId,
          actorId,
          userId,
        ]),
      );
    },

    async get(conversationId, userId) {
      const rows = await query<[string, string, string | null, Date, string, number, string, Role, Date]>(
        'get-conversation',
        `select c.id, c.kind, c.name, c.created_at, c.last_seq, c.member_count, m.user_id, m.role, m.joined_at
         from message.conversation c join message.member m on m.conversation_id = c.id
         where c.id = $1 and exists (select 1 from message.member r where r.conversation_id = $1 and r.user_id = $2)
         order by m.joined_at, m.user_id limit $3`,
        [conversationId, userId, membersShown],
      );
      const first = rows[0];
      if (first === undefined) return null;
      return {
        id: first[0] as ConversationId,
        kind: first[1] as Conversation['kind'],
        name: first[2],
        createdAt: first[3].toISOString(),
        lastSeq: Number(first[4]),
        memberCount: first[5],
        members: rows.map((row) => readMember([row[6], row[7], row[8]])),
      };
    },

    async findMembers(conversationId, userIds) {
      const rows = await query<[string, Role, Date]>(
        'find-members',
        'select user_id, role, joined_at from message.member where conversation_id = $1 and user_id = any ($2)',
        [conversationId, userIds],
      );
      return rows.map(readMember);
    },

    async list(userId, limit, after) {
      type Row = [
        string,
        string,
        string | null,
        Role,
        string | null,
        string,
        string,
        ...Parameters<typeof readMessage>[0],
      ];
      const rows = await query<Row>(
        'list-conversations',
        `with mine as (
           select c.id, c.kind, c.name, r.role, c.last_seq, r.read_seq,
                  coalesce((select m.stored_at from message.message m where m.conversation_id = c.id and m.seq = c.last_seq),
                           c.created_at) as active_at
           from message.member r join message.conversation c on c.id = r.conversation_id where r.user_id = $1
         )
         select c.id, c.kind, c.name, c.role,
                case when c.kind = 'direct' then
                  (select p.user_id from message.member p where p.conversation_id = c.id and p.user_id <> $1 limit 1) end,
                c.last_seq, c.read_seq, ${messageColumns}
         from mine c left join message.message m on m.conversation_id = c.id and m.seq = c.last_seq
         where $3::uuid is null or (c.active_at, c.id) < (select a.active_at, a.id from mine a where a.id = $3)
         order by c.active_at desc, c.id desc limit $2`,
        [userId, limit, after ?? null],
      );
      return rows.map(
        ([id, kind, name, role, peerId, lastSeq, readSeq, ...last]): ConversationSummary => ({
          id: id as ConversationId,
          kind: kind as ConversationSummary['kind'],
          name,
          role,
          peerId: peerId as UserId | null,
          lastSeq: Number(lastSeq),
          readSeq: Number(readSeq),
          unread: Number(lastSeq) - Number(readSeq),
          lastMessage: last[0] === null ? null : readMessage(last),
        }),
      );
    },

    async listMemberships(userId) {
      const text = 'select conversation_id from message.member where user_id = $1';
      const rows = await query<[string]>('list-memberships', text, [userId]);
      return rows.map(([id]) => id as ConversationId);
    },

    async isMember(userId, conversationId) {
      const text = 'select 1 from message.member where conversation_id = $1 and user_id = $2';
      return (await query<[number]>('is-member', text, [conversationId, userId])).length > 0;
    },

    async listMembers(conversationIds, limit) {
      const rows = await query<[string, number, string[]]>(
        'list-members',
        `select c.id, c.member_count, array(
           select m.user_id::text from message.member m where m.conversation_id = c.id order by m.joined_at limit $2)
         from message.conversation c where c.id = any ($1)`,
        [conversationIds, limit],
      );
      return rows.map(([id, memberCount, userIds]) => ({
        conversationId: id as ConversationId,
        memberCount,
        userIds: userIds as UserId[],
      }));
    },

    async unreadCounts(userId) {
      const rows = await query<[string, string]>(
        'unread-counts',
        `select c.id, c.last_seq - r.read_seq from message.member r join message.conversation c on c.id = r.conversation_id
         where r.user_id = $1 and c.last_seq > r.read_seq`,
        [userId],
      );
      return new Map(rows.map(([id, unread]) => [id as ConversationId, Number(unread)]));
    },
  };
}

const readMember = ([userId, role, joinedAt]: [string, Role, Date]): Member => ({
  userId: userId as UserId,
  role,
  joinedAt: joinedAt.toISOString(),
});
