import type { Stage } from '../stage/stage.ts';
import type { SeenMessage } from './records.ts';

/** What the database holds of these conversations. */
export async function readStored(stage: Stage, conversationIds: readonly string[]): Promise<SeenMessage[]> {
  const rows = await stage.query<{
    conversation_id: string;
    sender_id: string;
    key: string;
    seq: string;
    id: string;
  }>(
    `select conversation_id, sender_id, key, seq, id from message.message
     where conversation_id = any ($1) order by conversation_id, seq`,
    [conversationIds],
  );
  return rows.map((row) => ({
    conversationId: row.conversation_id,
    senderId: row.sender_id,
    key: row.key,
    seq: Number(row.seq),
    id: row.id,
  }));
}
