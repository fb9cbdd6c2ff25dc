import type { SessionId, UserId } from '@storm/contracts';
import { Column, Entity, Index, JoinColumn, ManyToOne, PrimaryColumn } from 'typeorm';
import type { Session } from '../domain/session.ts';
import { PersonRow, toUser } from './person-row.ts';

const now = () => 'clock_timestamp()';

@Entity('session')
@Index('session_by_person', ['personId'])
export class SessionRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('uuid', { name: 'person_id' })
  personId!: string;

  @ManyToOne(() => PersonRow, { onDelete: 'CASCADE' })
  @JoinColumn({ name: 'person_id', foreignKeyConstraintName: 'session_person_fk' })
  person!: PersonRow;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3, default: now })
  createdAt!: Date;

  @Column('bytea', { name: 'family_key' })
  familyKey!: Buffer;

  @Column('bytea', { name: 'refresh_hash' })
  refreshHash!: Buffer;

  @Column('bytea', { name: 'previous_hash', nullable: true })
  previousHash!: Buffer | null;

  @Column('bytea', { name: 'successor_salt', nullable: true })
  successorSalt!: Buffer | null;

  @Column({ type: 'timestamptz', name: 'rotated_at', precision: 3, default: now })
  rotatedAt!: Date;

  @Column({ type: 'timestamptz', name: 'expires_at', precision: 3 })
  expiresAt!: Date;

  @Column({ type: 'timestamptz', name: 'revoked_at', precision: 3, nullable: true })
  revokedAt!: Date | null;

  @Column('text', { name: 'revoked_reason', nullable: true })
  revokedReason!: string | null;

  @Column('text', { nullable: true })
  browser!: string | null;

  @Column('text', { nullable: true })
  system!: string | null;
}

export const toSession = (row: SessionRow): Session => ({
  id: row.id as SessionId,
  userId: row.personId as UserId,
  user: toUser(row.person),
  familyKey: row.familyKey,
  refreshHash: row.refreshHash,
  previousHash: row.previousHash,
  successorSalt: row.successorSalt,
  rotatedAt: row.rotatedAt,
  expiresAt: row.expiresAt,
  revokedAt: row.revokedAt,
});
