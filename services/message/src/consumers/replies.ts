import { parseReplyInbox } from '@storm/contracts';
import { encodeHeaders } from '@storm/runtime';
import type { NatsConnection } from 'nats';
import type { CommandOutcome } from '../domain/command.ts';

const problemReply = { headers: encodeHeaders({ 'Storm-Problem': '1' }) };
/** Well below what the bus takes in one message. */
const maxBatchLength = 256 * 1_024;

/**
 * Answers of one batch to whoever waits: those for one gateway leave in one message, which saves the bus and the gateway
 * a message for each send.
 */
export function createReplies(connection: NatsConnection) {
  const batches = new Map<string, { parts: string[]; length: number }>();
  const sendBatch = (batch: string, { parts }: { parts: string[] }): void => {
    connection.publish(batch, `[${parts.join(',')}]`);
    batches.delete(batch);
  };
  return {
    /** @param inbox where the asker listens; empty when nobody does. */
    add(inbox: string, { reply, isProblem }: CommandOutcome): void {
      if (inbox === '') return;
      const place = parseReplyInbox(inbox);
      if (place === null) return connection.publish(inbox, reply, isProblem ? problemReply : undefined);
      const gathered = batches.get(place.batch) ?? { parts: [], length: 0 };
      batches.set(place.batch, gathered);
      gathered.parts.push(`[${JSON.stringify(place.token)},${isProblem ? 1 : 0},${reply}]`);
      gathered.length += reply.length;
      if (gathered.length > maxBatchLength) sendBatch(place.batch, gathered);
    },
    send(): void {
      for (const [batch, gathered] of batches) sendBatch(batch, gathered);
    },
  };
}
