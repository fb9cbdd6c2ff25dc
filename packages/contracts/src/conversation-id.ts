import { createHash } from 'node:crypto';
import type { ConversationId, UserId } from './ids.ts';

/** The UUIDv5 namespace of Storm's conversations. It never changes: every stored conversation was named in it. */
const namespace = Buffer.from('6b1f4c0e8d0a5f5e9a3c2f7d41e0b865', 'hex');

/** The one direct conversation of a pair; the order of the two does not matter. */
export const directConversationId = (one: UserId, other: UserId): ConversationId =>
  uuidV5(`direct:${[one, other].sort().join(':')}`);

/** The group that `creator` named `key`; a retry names the same one, another creator's key another. */
export const groupConversationId = (creator: UserId, key: string): ConversationId =>
  uuidV5(`group:${creator}:${key}`);

/** RFC 9562, section 5.5. */
function uuidV5(name: string): ConversationId {
  const bytes = createHash('sha1').update(namespace).update(name).digest().subarray(0, 16);
  bytes.writeUInt8((bytes.readUInt8(6) & 0x0f) | 0x50, 6);
  bytes.writeUInt8((bytes.readUInt8(8) & 0x3f) | 0x80, 8);
  const hex = bytes.toString('hex');
  const parts = [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)];
  return parts.join('-') as ConversationId;
}
