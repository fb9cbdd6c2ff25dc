import type { Platform } from '@storm/devstack';
import pg from 'pg';
import type { SeenMessage } from './check-history.ts';

/** Opens the message database as its owner, to look and, for planted bugs, to spoil. */
export async function openMessageDatabase(platform: Platform): Promise<pg.Client> {
  const { host, port, user, password } = platform.part('postgres');
  const client = new pg.Client({ host, port, user, password, database: 'message_db' });
  await client.connect();
  return client;
}

export async function readStored(client: pg.Client): Promise<SeenMessage[]> {
  const { rows } = await client.query<{
    conversation_id: string;
    sender_id: string;
    key: string;
    seq: string;
    id: string;
  }>('select conversation_id, sender_id, key, seq, id from message.message');
  return rows.map((row) => ({
    conversationId: row.conversation_id,
    senderId: row.sender_id,
    key: row.key,
    seq: Number(row.seq),
    id: row.id,
  }));
}

/**
 * A planted bug: the message service no longer looks whether a key is stored already, and nothing else stops it.
 * The look-up in the store function compares with a key that nobody has.
 */
export async function plantSkipDedupe(client: pg.Client): Promise<void> {
  const { rows } = await client.query<{ source: string }>(
    `select pg_get_functiondef('message.store_messages'::regproc) as source`,
  );
  const source = rows[0]?.source ?? '';
  const spoiled = source.replaceAll('m.key = i.key', "m.key = i.key || '-never'");
  if (spoiled === source) throw new Error('the look-up that the bug removes was not found');
  await client.query('alter table message.message drop constraint message_conversation_id_sender_id_key_key');
  await client.query(spoiled);
}
