import { partitionCount } from './streams.ts';

/**
 * Commands that leave a service together for one partition travel as one message: a list of commands, each with the
 * token under which its outcome is told on the batch inbox that the header `Storm-Reply` names (`….batch.-`).
 * It goes straight to the partition's subject; a command that leaves alone goes in by its conversation's.
 */
export type BatchedCommand = readonly [token: string, verb: string, data: unknown];

export const maxBatchedCommands = 200;
/** Well inside what the stream takes in one message. */
export const maxCommandBatchBytes = 128 * 1_024;

const last = '.batch';

export const commandBatchSubject = (partition: number | '*' | '{partition}'): string =>
  `work.${partition}${last}`;
export const isCommandBatch = (subject: string): boolean => subject.endsWith(last);

const fnvOffset = 0x81_1c_9d_c5;
const fnvPrime = 0x01_00_01_93;

/** Where the stream's own `partition()` puts the commands of a conversation: FNV-1a, 32 bit, of the id's bytes. */
export function partitionOf(conversationId: string): number {
  let hash = fnvOffset;
  for (let index = 0; index < conversationId.length; index++) {
    hash = Math.imul(hash ^ conversationId.charCodeAt(index), fnvPrime);
  }
  return (hash >>> 0) % partitionCount;
}
