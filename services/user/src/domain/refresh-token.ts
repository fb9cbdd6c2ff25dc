import { createHash, createHmac, randomBytes, timingSafeEqual } from 'node:crypto';
import type { SessionId } from '@storm/contracts';

/**
 * What a client holds to stay signed in: the session's id, a 256-bit secret and a proof that this session issued it.
 *
 * The database keeps only the SHA-256 of the current secret. The proof (an HMAC under the session's family key) lets an
 * old token be told from an invented one without keeping every old hash: whoever reads the family key can invent an
 * old token, which ends that session, but not a current one.
 */
export interface RefreshToken {
  readonly sessionId: SessionId;
  readonly secret: Buffer;
  readonly proof: Buffer;
}

const prefix = 'str1_';
const idBytes = 16;
const secretBytes = 32;
const proofBytes = 16;

export const createSecret = (): Buffer => randomBytes(secretBytes);

export const hashSecret = (secret: Buffer): Buffer => createHash('sha256').update(secret).digest();

/**
 * The next secret, the same for everyone who presents this one while the salt is kept: a client that lost the answer
 * gets it again. Neither the database (which has the salt) nor the client (which has the secret) can know it alone.
 */
export const deriveSuccessor = (secret: Buffer, salt: Buffer): Buffer =>
  createHmac('sha256', secret).update(salt).digest();

const prove = (secret: Buffer, familyKey: Buffer): Buffer =>
  createHmac('sha256', familyKey).update(secret).digest().subarray(0, proofBytes);

export const isIssuedBy = (token: RefreshToken, familyKey: Buffer): boolean =>
  timingSafeEqual(token.proof, prove(token.secret, familyKey));

export function encodeRefreshToken(sessionId: SessionId, secret: Buffer, familyKey: Buffer): string {
  const id = Buffer.from(sessionId.replaceAll('-', ''), 'hex');
  return prefix + Buffer.concat([id, secret, prove(secret, familyKey)]).toString('base64url');
}

/** @returns null for what cannot be a token of ours. */
export function parseRefreshToken(text: string): RefreshToken | null {
  if (!text.startsWith(prefix)) return null;
  const bytes = Buffer.from(text.slice(prefix.length), 'base64url');
  if (bytes.length !== idBytes + secretBytes + proofBytes) return null;
  const hex = bytes.toString('hex', 0, idBytes);
  const sessionId = hex.replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5') as SessionId;
  const proofStart = idBytes + secretBytes;
  return { sessionId, secret: bytes.subarray(idBytes, proofStart), proof: bytes.subarray(proofStart) };
}
