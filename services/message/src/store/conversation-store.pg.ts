import { createHash } from 'node:crypto';
import type {
  Conversation,
  ConversationId,
  ConversationSummary,
  CreateConversation,
  MediaId,
  Member,
  Role,
  UserId,
} from '@storm/contracts';
import type pg from 'pg';
import type { ConversationStore, CreateOutcome } from './conversation-store.ts';
import { hiddenFor, type MessageRow, messageColumns, readMessage } from './message-row.ts';
import { readSettings } from './read-settings.ts';

const membersShown = 200;
const createOutcomes: readonly CreateOutcome[] = ['created', 'existing', 'differs'];
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
    async get(conversationId, userId, membersAfter) {
      type Row = [
        string,
        string,
        string | null,
        string | null,
        Date,
        string,
        string,
        number,
        string | null,
        Role | null,
        Date | null,
      ];
      const rows = await query<Row>(
        'get-conversation',
        `select c.id, c.kind, c.name, c.picture_id, c.created_at, c.last_seq, c.revision, c.member_count,
                m.user_id, m.role, m.joined_at
         from message.conversation c
         left join message.member last on last.conversation_id = c.id and last.user_id = $4
         left join lateral (
           select n.user_id, n.role, n.joined_at from message.member n
           where n.conversation_id = c.id
             and (last.user_id is null or (n.joined_at, n.user_id) > (last.joined_at, last.user_id))
           order by n.joined_at, n.user_id limit $3
         ) m on true
         where c.id = $1 and exists (select 1 from message.member r where r.conversation_id = $1 and r.user_id = $2)
         order by m.joined_at, m.user_id`,
        [conversationId, userId, membersShown, membersAfter ?? null],
      );
      const first = rows[0];
      if (first === undefined) return null;
      return {
        id: first[0] as ConversationId,
        kind: first[1] as Conversation['kind'],
        name: first[2],
        pictureId: first[3] as MediaId | null,
        createdAt: first[4].toISOString(),
        lastSeq: Number(first[5]),
        revision: Number(first[6]),
        memberCount: first[7],
        members: rows.flatMap(([, , , , , , , , id, role, joinedAt]) =>
          id === null || role === null || joinedAt === null ? [] : [readMember([id, role, joinedAt])],
        ),
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

    async list(userId, limit, { after, id } = {}) {
      const rows = await query<SummaryRow>(
        'list-conversations',
        `with mine as (
           select c.id, c.kind, c.name, c.picture_id, r.role, c.member_count, c.created_at, c.last_seq, r.read_seq,
                  c.revision, r.muted_until, r.pinned_at, r.settings_revision,
                  coalesce((select m.stored_at from message.message m where m.conversation_id = c.id and m.seq = c.last_seq),
                           c.created_at) as active_at
           from message.member r join message.conversation c on c.id = r.conversation_id
           where r.user_id = $1 and ($4::uuid is null or c.id = $4)
         )
         select c.id, c.kind, c.name, c.picture_id, c.role,
                case when c.kind = 'direct' then
                  (select p.user_id from message.member p where p.conversation_id = c.id and p.user_id <> $1 limit 1) end,
                c.member_count, c.created_at, c.last_seq, c.read_seq, c.revision,
                c.muted_until, c.pinned_at, c.settings_revision, ${hiddenFor('$1')}, ${messageColumns}
         from mine c left join message.current_message m on m.conversation_id = c.id and m.seq = c.last_seq
         where $3::uuid is null or (c.active_at, c.id) < (select a.active_at, a.id from mine a where a.id = $3)
         order by c.active_at desc, c.id desc limit $2`,
        [userId, limit, after ?? null, id ?? null],
      );
      return rows.map(readSummary);
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

    async findPeers(userId, userIds) {
      const rows = await query<[string]>(
        'find-peers',
        `select p.id from unnest($2::uuid[]) as p (id)
         where exists (select 1 from message.member o join message.member r on r.conversation_id = o.conversation_id
                       where o.user_id = p.id and r.user_id = $1)`,
        [userId, userIds],
      );
      return rows.map(([id]) => id as UserId);
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

type SummaryRow = [
  id: string,
  kind: string,
  name: string | null,
  pictureId: string | null,
  role: Role,
  peerId: string | null,
  memberCount: number,
  createdAt: Date,
  lastSeq: string,
  readSeq: string,
  revision: string,
  mutedUntil: Date | null,
  pinnedAt: Date | null,
  settingsRevision: string,
  isHidden: boolean,
  ...message: MessageRow,
];

function readSummary(row: SummaryRow): ConversationSummary {
  const [id, kind, name, pictureId, role, peerId, memberCount, createdAt, lastSeq, readSeq, revision] = row;
  const [mutedUntil, pinnedAt, settingsRevision, isHidden, ...last] = row.slice(11) as SummaryTail;
  return {
    id: id as ConversationId,
    kind: kind as ConversationSummary['kind'],
    name,
    pictureId: pictureId as MediaId | null,
    role,
    peerId: peerId as UserId | null,
    memberCount,
    createdAt: createdAt.toISOString(),
    lastSeq: Number(lastSeq),
    readSeq: Number(readSeq),
    unread: Number(lastSeq) - Number(readSeq),
    revision: Number(revision),
    settings: readSettings(mutedUntil, pinnedAt, settingsRevision),
    lastMessage: last[0] === null ? null : readMessage(last, isHidden),
  };
}
type SummaryTail = [Date | null, Date | null, string, boolean, ...MessageRow];
