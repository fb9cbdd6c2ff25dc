import type { User, UserId } from '@storm/contracts';
import { Check, Column, Entity, Index, PrimaryColumn, Unique } from 'typeorm';

@Entity('person')
// Trigrams of both names: more than a decorator can say.
@Index('person_by_trigram', { synchronize: false })
@Unique('person_username_key', ['username'])
@Check('person_username_is_lower', `username = lower(username)`)
export class PersonRow {
  @PrimaryColumn('uuid')
  id!: string;

  @Column('text')
  username!: string;

  @Column('text', { name: 'display_name' })
  displayName!: string;

  @Column('text', { name: 'password_hash' })
  passwordHash!: string;

  @Column({ type: 'timestamptz', name: 'created_at', precision: 3 })
  createdAt!: Date;
}

export const toUser = ({ id, username, displayName, createdAt }: PersonRow): User => ({
  id: id as UserId,
  username,
  displayName,
  createdAt: createdAt.toISOString(),
});
