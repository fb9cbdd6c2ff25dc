import type { SigningKey } from '../domain/signing-key.ts';

export interface KeyRenewal {
  readonly added: SigningKey | null;
  readonly retired: readonly SigningKey[];
}

export abstract class KeyStore {
  abstract listKeys(): Promise<SigningKey[]>;
  /** Lets one caller at a time, of all replicas, look at the keys and renew them. @returns the keys afterwards. */
  abstract renewKeys(renew: (stored: readonly SigningKey[]) => Promise<KeyRenewal>): Promise<SigningKey[]>;
}
