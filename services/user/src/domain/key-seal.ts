import { hkdfSync } from 'node:crypto';
import { CompactEncrypt, compactDecrypt, type JWK } from 'jose';

/** Keeps private keys unreadable in the database and its backups. Without a secret they are stored in clear. */
export class KeySeal {
  readonly #key: Uint8Array | undefined;

  constructor(secret: string | undefined) {
    this.#key =
      secret === undefined
        ? undefined
        : new Uint8Array(hkdfSync('sha256', secret, '', 'storm signing key', 32));
  }

  async seal(jwk: JWK): Promise<string> {
    const text = JSON.stringify(jwk);
    if (this.#key === undefined) return text;
    return new CompactEncrypt(Buffer.from(text))
      .setProtectedHeader({ alg: 'dir', enc: 'A256GCM' })
      .encrypt(this.#key);
  }

  /** @throws Error when the key was sealed with a secret that is not this one. */
  async open(sealed: string): Promise<JWK> {
    // Stored before a secret was set.
    if (sealed.startsWith('{')) return JSON.parse(sealed) as JWK;
    if (this.#key === undefined)
      throw new Error('the signing key is encrypted and TOKEN_KEY_SECRET is not set');
    try {
      const { plaintext } = await compactDecrypt(sealed, this.#key);
      return JSON.parse(Buffer.from(plaintext).toString()) as JWK;
    } catch (cause) {
      throw new Error('the signing key was encrypted with another TOKEN_KEY_SECRET', { cause });
    }
  }
}
