import { Column, Entity, PrimaryColumn } from 'typeorm';
import type { JWK } from '../domain/signing-key.ts';

@Entity('signing_key')
export class SigningKeyRow {
  @PrimaryColumn('text')
  kid!: string;

  @Column('jsonb', { name: 'public_jwk' })
  publicJwk!: JWK;

  @Column('text', { name: 'sealed_private_jwk' })
  sealedPrivateJwk!: string;

  @Column({ type: 'timestamptz', name: 'signs_from', precision: 3 })
  signsFrom!: Date;
}
