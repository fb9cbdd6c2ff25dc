import { type CryptoKey, calculateJwkThumbprint, exportJWK, generateKeyPair, type JWK } from 'jose';

export const signingAlgorithm = 'EdDSA';

/** A key as it is kept: the public half in clear, the private one sealed. */
export interface SigningKey {
  readonly kid: string;
  readonly publicJwk: JWK;
  readonly sealedPrivateJwk: string;
  /** Published before, so that verifiers know it by then. */
  readonly signsFrom: Date;
}

export type { CryptoKey, JWK };

export async function createKeyPair(): Promise<{ kid: string; publicJwk: JWK; privateJwk: JWK }> {
  const { publicKey, privateKey } = await generateKeyPair(signingAlgorithm, {
    crv: 'Ed25519',
    extractable: true,
  });
  const [publicPart, privateJwk] = await Promise.all([exportJWK(publicKey), exportJWK(privateKey)]);
  const kid = await calculateJwkThumbprint(publicPart);
  return { kid, publicJwk: { ...publicPart, kid, alg: signingAlgorithm, use: 'sig' }, privateJwk };
}
