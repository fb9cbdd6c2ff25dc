import { encodeHeaders } from '@storm/runtime';
import type { NatsConnection } from 'nats';
import type { CommandOutcome } from '../domain/command.ts';
import type { ReplyPlace } from './unpack-commands.ts';

const problemReply = { headers: encodeHeaders({ 'Storm-Problem': '1' }) };
/** Well below what the bus takes in one message. */
const maxBatchLength = 256 * 1_024;

/**
 * Answers of one batch to whoever waits: those for one gateway leave in one message, which saves the bus and the gateway
 * a message for each send.
 */
export function createReplies(connection: NatsConnection) {
  const batches = new Map<string, string>();
  const sendBatch = (inbox: string, gathered: string): void => {
    connection.publish(inbox, `${gathered}]`);
    batches.delete(inbox);
  };
  return {
    add({ inbox, token }: ReplyPlace, { reply, isProblem }: CommandOutcome): void {
      if (inbox === '') return;
      if (token === null) return connection.publish(inbox, reply, isProblem ? problemReply : undefined);
      const before = batches.get(inbox);
      const gathered = `${before === undefined ? '[' : `${before},`}[${JSON.stringify(token)},${isProblem ? 1 : 0},${reply}]`;
      batches.set(inbox, gathered);
      if (gathered.length > maxBatchLength) sendBatch(inbox, gathered);
    },
    send(): void {
      for (const [inbox, gathered] of batches) sendBatch(inbox, gathered);
    },
  };
}
