import type { UserId } from '@storm/contracts';
import { Column, Entity, PrimaryGeneratedColumn } from 'typeorm';
import type { OutboxEvent } from '../domain/outbox-event.ts';

@Entity('outbox')
export class OutboxRow {
  /** Given when the row is written: what happened after another's commit stands after it. A bigint, so text here. */
  @PrimaryGeneratedColumn('identity', { type: 'bigint', generatedIdentity: 'BY DEFAULT' })
  position!: string;

  @Column('uuid', { name: 'event_id' })
  eventId!: string;

  @Column('text')
  type!: string;

  @Column('uuid', { name: 'person_id' })
  personId!: string;

  @Column({ type: 'timestamptz', name: 'occurred_at', precision: 3 })
  occurredAt!: Date;

  @Column('jsonb')
  data!: object;
}

export const toOutboxEvent = (row: OutboxRow): OutboxEvent => ({
  id: row.eventId,
  type: row.type,
  userId: row.personId as UserId,
  occurredAt: row.occurredAt,
  data: row.data,
});

export const toOutboxRow = (event: OutboxEvent): Omit<OutboxRow, 'position'> => ({
  eventId: event.id,
  type: event.type,
  personId: event.userId,
  occurredAt: event.occurredAt,
  data: event.data,
});
