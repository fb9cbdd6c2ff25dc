import type { MessageId, SendMessage } from '@storm/contracts';
import { encodeOptionalTexts, encodeTexts } from './encode-array.ts';
import { encodeAttachments } from './stored-outcome.ts';

/** The arrays of a batch that every function storing messages takes first, in its order of parameters. */
export const encodeSends = (batch: readonly (SendMessage & { id: MessageId })[]): string[] => [
  encodeTexts(batch.map((one) => one.conversationId)),
  encodeTexts(batch.map((one) => one.senderId)),
  encodeTexts(batch.map((one) => one.key)),
  encodeTexts(batch.map((one) => one.text)),
  encodeOptionalTexts(batch.map(encodeAttachments)),
  encodeTexts(batch.map((one) => one.id)),
];
