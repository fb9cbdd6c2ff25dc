import { apiPrefix, type MessagePage } from '@storm/contracts';
import { call } from '../cast/call.ts';
import type { Person } from '../cast/person.ts';
import type { SeenMessage } from './records.ts';

const pageSize = 200;

/** The history of a conversation as a member is given it, page after page through a gateway. */
export async function readHistory(
  baseUrl: string,
  member: Person,
  conversationId: string,
  after = 0,
): Promise<SeenMessage[]> {
  const all: SeenMessage[] = [];
  for (let from = after; ; ) {
    const path = `${apiPrefix}/conversations/${conversationId}/messages?after=${from}&limit=${pageSize}`;
    const { status, body } = await call<MessagePage>(`${baseUrl}${path}`, { token: member.token });
    if (status !== 200) throw new Error(`history: ${status} ${JSON.stringify(body)}`);
    for (const { senderId, key, seq, id } of body.messages)
      all.push({ conversationId, senderId, key, seq, id });
    const last = body.messages.at(-1);
    // A page of long texts holds fewer than asked for.
    if (last === undefined || last.seq >= body.lastSeq) return all;
    from = last.seq;
  }
}
