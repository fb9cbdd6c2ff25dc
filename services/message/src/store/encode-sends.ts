import type { MessageId, SendMessage } from '@storm/contracts';
import { encodeOptionalTexts, encodeTexts } from './encode-array.ts';
import { encodeAttachments } from './stored-outcome.ts';

type Send = SendMessage & { id: MessageId };

/** The last arrays of a batch: what each message has for itself. */
export const encodeBodies = (batch: readonly Send[]): string[] => [
  encodeTexts(batch.map((one) => one.key)),
  encodeTexts(batch.map((one) => one.text)),
  encodeOptionalTexts(batch.map(encodeAttachments)),
  encodeTexts(batch.map((one) => one.id)),
];

/** The arrays of a batch in which each message says where it belongs, as `store_messages` and `store_posts` take them. */
export const encodeSends = (batch: readonly Send[]): string[] => [
  encodeTexts(batch.map((one) => one.conversationId)),
  encodeTexts(batch.map((one) => one.senderId)),
  ...encodeBodies(batch),
];
