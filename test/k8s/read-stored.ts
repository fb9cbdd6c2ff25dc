import type { SeenMessage } from '../prove/history/records.ts';
import { inStorm } from './kubectl.ts';

const uuid = /^[0-9a-f-]{36}$/;

/** The messages of these conversations as the database has them, asked past every service. */
export async function readStored(conversationIds: readonly string[]): Promise<SeenMessage[]> {
  const wrong = conversationIds.find((id) => !uuid.test(id));
  if (wrong !== undefined) throw new Error(`not a conversation: ${wrong}`);
  const list = conversationIds.map((id) => `'${id}'`).join(',');
  const query = `select conversation_id, sender_id, key, seq, id from message.message where conversation_id in (${list})`;
  const psql = ['psql', '-U', 'storm', '-d', 'message_db', '-At', '-F', ' ', '-c', query];
  const text = await inStorm(['exec', 'postgres-message-0', '-c', 'postgres', '--', ...psql]);
  return text
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => {
      const [conversationId = '', senderId = '', key = '', seq = '', id = ''] = line.split(' ');
      return { conversationId, senderId, key, seq: Number(seq), id };
    });
}
