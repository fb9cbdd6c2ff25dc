import type { UserId } from '@storm/contracts';
import type pg from 'pg';
import type { AppliedChange, ChangeRefusal, ChangeStore } from './change-store.ts';
import { type MessageRow, messageColumns, readMessage } from './message-row.ts';
import { readSettings } from './read-settings.ts';

type ChangeRow = [
  outcome: number,
  revision: string,
  others: string[],
  memberCount: number,
  mutedUntil: Date | null,
  pinnedAt: Date | null,
  settingsRevision: string | null,
  ...message: MessageRow,
];

/** What the functions of 0002_changes.sql answer; 0 and 1 are not refusals. */
const refusals: Readonly<Record<number, ChangeRefusal>> = {
  2: 'key-reused',
  3: 'not-member',
  4: 'not-allowed',
  5: 'direct',
  6: 'full',
  7: 'not-there',
  8: 'deleted',
  9: 'empty',
  10: 'no-room',
};

export function createChangeStore(pool: pg.Pool): ChangeStore {
  return {
    async apply(batch) {
      const { rows } = await pool.query<ChangeRow>({
        name: 'apply-changes',
        text: `select m.outcome, m.applied_revision, m.others, m.member_count, m.muted_until, m.pinned_at,
                      m.settings_revision, ${messageColumns}
               from message.apply_changes($1) m order by m.n`,
        values: [JSON.stringify(batch)],
        rowMode: 'array',
      } as pg.QueryConfig);
      return rows.map(readChange);
    },

    async listEarlierTexts(userId, conversationId, seq) {
      const { rows } = await pool.query<[string | null, Date | null]>({
        name: 'list-earlier-texts',
        text: `select e.text, e.written_at from message.member r
               left join message.earlier_text e on e.conversation_id = r.conversation_id and e.seq = $3
                 and not exists (select 1 from message.hidden h
                                 where h.conversation_id = e.conversation_id and h.user_id = r.user_id and h.seq = e.seq)
               where r.conversation_id = $1 and r.user_id = $2
               order by e.revision`,
        values: [conversationId, userId, seq],
        rowMode: 'array',
      } as pg.QueryConfig);
      if (rows.length === 0) return null;
      return rows.flatMap(([text, writtenAt]) =>
        text === null || writtenAt === null ? [] : [{ text, writtenAt: writtenAt.toISOString() }],
      );
    },
  };
}

function readChange(row: ChangeRow): AppliedChange | ChangeRefusal {
  const [outcome, revision, others, memberCount, mutedUntil, pinnedAt, settingsRevision, ...message] = row;
  if (outcome > 1) {
    const refusal = refusals[outcome];
    if (refusal === undefined) throw new Error(`unknown outcome ${outcome}`);
    return refusal;
  }
  return {
    revision: Number(revision),
    others: others as UserId[],
    memberCount,
    message: message[0] === null ? null : readMessage(message),
    settings: settingsRevision === null ? null : readSettings(mutedUntil, pinnedAt, settingsRevision),
  };
}
