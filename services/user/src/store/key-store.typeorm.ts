import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { SigningKey } from '../domain/signing-key.ts';
import { advisoryLocks } from './advisory-locks.ts';
import { type KeyRenewal, KeyStore } from './key-store.ts';
import { SigningKeyRow } from './signing-key-row.ts';

@Injectable()
export class KeyTypeormStore extends KeyStore {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override listKeys(): Promise<SigningKey[]> {
    return this.dataSource.manager.find(SigningKeyRow);
  }

  override renewKeys(renew: (stored: readonly SigningKey[]) => Promise<KeyRenewal>): Promise<SigningKey[]> {
    return this.dataSource.transaction(async (manager) => {
      await manager.query('select pg_advisory_xact_lock($1)', [advisoryLocks.signingKeys]);
      const { added, retired } = await renew(await manager.find(SigningKeyRow));
      if (added !== null) await manager.insert(SigningKeyRow, added);
      if (retired.length > 0) await manager.delete(SigningKeyRow, { kid: In(retired.map((key) => key.kid)) });
      return manager.find(SigningKeyRow);
    });
  }
}
