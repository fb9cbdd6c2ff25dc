import type { MessageId, SendMessage } from '@storm/contracts';
import { encodeTexts } from './encode-array.ts';
import { encodeBodies } from './encode-sends.ts';

/** Of each message of a batch: which pair of a conversation and a sender it is of, and its place among those of its conversation, from 1. */
export interface FreshPlaces {
  readonly pairs: readonly number[];
  readonly places: readonly number[];
}

/** A batch as `message.store_fresh_batch` takes it: what its messages have in common once. */
export function encodeFresh(batch: readonly (SendMessage & { id: MessageId })[]): {
  values: string[];
  of: FreshPlaces;
} {
  const conversations = new Map<string, { count: number; pairs: Map<string, number> }>();
  const [conversationIds, senderIds, lasts]: [string[], string[], number[]] = [[], [], []];
  const [pairs, places]: [number[], number[]] = [[], []];
  for (const { conversationId, senderId } of batch) {
    let conversation = conversations.get(conversationId);
    if (conversation === undefined) {
      conversation = { count: 0, pairs: new Map() };
      conversations.set(conversationId, conversation);
    }
    let pair = conversation.pairs.get(senderId);
    if (pair === undefined) {
      pair = conversationIds.push(conversationId) - 1;
      senderIds.push(senderId);
      conversation.pairs.set(senderId, pair);
    }
    conversation.count++;
    lasts[pair] = conversation.count;
    pairs.push(pair + 1);
    places.push(conversation.count);
  }
  const values = [
    ...[encodeTexts(conversationIds), encodeTexts(senderIds)],
    ...[lasts, pairs, places].map((numbers) => `{${numbers.join()}}`),
    ...encodeBodies(batch),
  ];
  return { values, of: { pairs, places } };
}
