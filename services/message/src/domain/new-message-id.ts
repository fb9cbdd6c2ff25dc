import type { MessageId } from '@storm/contracts';
import { uuidv7obj } from 'uuidv7';

/** A UUID of version 7. The library puts its text together character by character, a kilobyte of garbage for each message. */
export function newMessageId(): MessageId {
  const { bytes } = uuidv7obj();
  const hex = Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength).toString('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return parts.join('-') as MessageId;
}
