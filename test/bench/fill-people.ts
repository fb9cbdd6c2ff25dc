import { createPrivateKey, type JsonWebKey, type KeyObject, randomUUID, sign } from 'node:crypto';
import type { Platform } from '@storm/devstack';
import pg from 'pg';
import type { SignedIn } from './bench-platform.ts';

/**
 * So many people who hold a token, signed with the platform's own key: that a thousand of them sit there quietly need
 * not cost a thousand password hashes.
 */
export async function fillPeople(platform: Platform, count: number): Promise<SignedIn[]> {
  const key = await readSigningKey(platform);
  return Array.from({ length: count }, () => {
    const id = randomUUID();
    return { id, token: signToken(key, id) };
  });
}

interface SigningKey {
  kid: string;
  privateKey: KeyObject;
}

async function readSigningKey(platform: Platform): Promise<SigningKey> {
  const { host, port, user, password } = platform.part('postgres');
  const database = new pg.Client({ host, port, user, password, database: 'user_db' });
  await database.connect();
  const { rows } = await database.query<{ kid: string; sealed_private_jwk: string }>(
    'select kid, sealed_private_jwk from account.signing_key order by signs_from limit 1',
  );
  await database.end();
  const [row] = rows;
  if (row === undefined) throw new Error('the user service has no key yet');
  // Without a TOKEN_KEY_SECRET it is kept in clear.
  const jwk = JSON.parse(row.sealed_private_jwk) as JsonWebKey;
  return { kid: row.kid, privateKey: createPrivateKey({ key: jwk, format: 'jwk' }) };
}

const encode = (value: unknown): string => Buffer.from(JSON.stringify(value)).toString('base64url');

function signToken({ kid, privateKey }: SigningKey, userId: string): string {
  const iat = Math.floor(Date.now() / 1_000);
  const claims = { sid: randomUUID(), sub: userId, iss: 'storm', aud: 'storm', iat, exp: iat + 900 };
  const text = `${encode({ alg: 'EdDSA', kid, typ: 'JWT' })}.${encode(claims)}`;
  return `${text}.${sign(null, Buffer.from(text), privateKey).toString('base64url')}`;
}
