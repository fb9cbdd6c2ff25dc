import { Injectable } from '@nestjs/common';
import { DataSource, In } from 'typeorm';
import type { OutboxEvent } from '../domain/outbox-event.ts';
import { advisoryLocks } from './advisory-locks.ts';
import { OutboxRow, toOutboxEvent } from './outbox-row.ts';
import { OutboxStore, type RelayOutcome } from './outbox-store.ts';

@Injectable()
export class OutboxTypeormStore extends OutboxStore {
  constructor(private readonly dataSource: DataSource) {
    super();
  }

  override get isReady(): boolean {
    return this.dataSource.isInitialized;
  }

  override async relay(
    maxBatch: number,
    publish: (event: OutboxEvent) => Promise<void>,
  ): Promise<RelayOutcome> {
    // Nearly always there is nothing: one statement then, no transaction.
    if (!(await this.dataSource.manager.exists(OutboxRow))) return { sent: 0 };
    return this.dataSource.transaction(async (manager) => {
      const [lock]: { held: boolean }[] = await manager.query(
        'select pg_try_advisory_xact_lock($1) as held',
        [advisoryLocks.outbox],
      );
      if (lock?.held !== true) return 'busy';
      const rows = await manager.find(OutboxRow, { order: { position: 'asc' }, take: maxBatch });
      const outcome = await publishInOrder(rows, publish);
      if (outcome.sent > 0) {
        await manager.delete(OutboxRow, {
          position: In(rows.slice(0, outcome.sent).map((row) => row.position)),
        });
      }
      return outcome;
    });
  }
}

async function publishInOrder(
  rows: readonly OutboxRow[],
  publish: (event: OutboxEvent) => Promise<void>,
): Promise<{ sent: number; fault?: unknown }> {
  for (const [sent, row] of rows.entries()) {
    try {
      await publish(toOutboxEvent(row));
    } catch (fault) {
      return { sent, fault };
    }
  }
  return { sent: rows.length };
}
