import type { CommandContract } from '@storm/contracts';
import type { Static } from 'typebox';

/** What the message service answered after its commit, as the command's contract promises it. */
export const readReply = <C extends CommandContract>(reply: Uint8Array): Static<C['answer']> =>
  JSON.parse(Buffer.from(reply).toString()) as Static<C['answer']>;
