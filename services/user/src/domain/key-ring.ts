import type { Logger } from '@storm/runtime';
import { errors, importJWK } from 'jose';
import type { KeyStore } from '../store/key-store.ts';
import type { KeySeal } from './key-seal.ts';
import { planKeys } from './plan-keys.ts';
import { type CryptoKey, createKeyPair, type JWK, type SigningKey, signingAlgorithm } from './signing-key.ts';

interface Ring {
  readonly loadedAtMs: number;
  readonly kid: string;
  readonly privateKey: CryptoKey;
  readonly published: readonly JWK[];
  readonly publicKeys: ReadonlyMap<string, CryptoKey>;
}

const freshForMs = 60_000;
/** A token may name a key that another replica has just made; one that names nonsense must not cost a query each. */
const reloadAfterMs = 1_000;

/** The keys of all replicas: the database's, read again once a minute; made and renewed by whoever is first to need one. */
export class KeyRing {
  readonly #store: KeyStore;
  readonly #seal: KeySeal;
  readonly #log: Logger;
  readonly #now: () => Date;
  #ring: Ring | undefined;
  #loading: Promise<Ring> | undefined;

  constructor(parts: { store: KeyStore; seal: KeySeal; log: Logger; now?: () => Date }) {
    this.#store = parts.store;
    this.#seal = parts.seal;
    this.#log = parts.log;
    this.#now = parts.now ?? (() => new Date());
  }

  async getSigningKey(): Promise<{ kid: string; privateKey: CryptoKey }> {
    return this.#get(freshForMs);
  }

  async getPublishedKeys(): Promise<readonly JWK[]> {
    return (await this.#get(freshForMs)).published;
  }

  /** @throws JOSEError when no published key has this id. */
  async getPublicKey(kid: string | undefined): Promise<CryptoKey> {
    const known = (ring: Ring) => (kid === undefined ? undefined : ring.publicKeys.get(kid));
    const key = known(await this.#get(freshForMs)) ?? known(await this.#get(reloadAfterMs));
    if (key === undefined) throw new errors.JWKSNoMatchingKey();
    return key;
  }

  async #get(maxAgeMs: number): Promise<Ring> {
    const ring = this.#ring;
    if (ring !== undefined && this.#now().getTime() - ring.loadedAtMs < maxAgeMs) return ring;
    this.#loading ??= this.#load().finally(() => {
      this.#loading = undefined;
    });
    if (ring === undefined) return this.#loading;
    // Known keys serve on while the database is away.
    return this.#loading.catch((error: unknown) => {
      this.#log.warn({ err: error }, 'signing keys could not be read again');
      return ring;
    });
  }

  async #load(): Promise<Ring> {
    const now = this.#now();
    let plan = planKeys(await this.#store.listKeys(), now);
    if (plan.nextSignsFrom !== null) {
      plan = planKeys(await this.#store.renewKeys((stored) => this.#renew(stored, now)), now);
    }
    if (plan.signing === undefined) throw new Error('no signing key was stored');
    const publicKeys = new Map<string, CryptoKey>();
    for (const { kid, publicJwk } of plan.published) publicKeys.set(kid, await importKey(publicJwk));
    this.#ring = {
      loadedAtMs: now.getTime(),
      kid: plan.signing.kid,
      privateKey: await importKey(await this.#seal.open(plan.signing.sealedPrivateJwk)),
      published: plan.published.map((key) => key.publicJwk),
      publicKeys,
    };
    return this.#ring;
  }

  async #renew(stored: readonly SigningKey[], now: Date) {
    const { nextSignsFrom, retired } = planKeys(stored, now);
    if (nextSignsFrom === null) return { added: null, retired: [] };
    const { kid, publicJwk, privateJwk } = await createKeyPair();
    const added = {
      kid,
      publicJwk,
      sealedPrivateJwk: await this.#seal.seal(privateJwk),
      signsFrom: nextSignsFrom,
    };
    return { added, retired };
  }
}

async function importKey(jwk: JWK): Promise<CryptoKey> {
  const key = await importJWK(jwk, signingAlgorithm);
  if (key instanceof Uint8Array) throw new TypeError('not a key pair');
  return key;
}
