import { setTimeout as delay } from 'node:timers/promises';
import type { Logger } from '@storm/runtime';
import type { DataSource } from 'typeorm';

/**
 * Opens the pool once the database is there and migrated; afterwards the pool itself replaces broken connections.
 * Nest would hold the whole start back meanwhile, and nobody could be told why.
 */
export async function connectDatabase(
  dataSource: DataSource,
  log: Logger,
  signal: AbortSignal,
): Promise<void> {
  let reason: string | undefined;
  while (!signal.aborted && !dataSource.isInitialized) {
    try {
      await dataSource.initialize();
      log.info('database connected');
    } catch (error) {
      const message = error instanceof Error ? error.message : String(error);
      if (message !== reason) log.warn({ err: error }, 'waiting for the database');
      reason = message;
      await delay(500, undefined, { signal }).catch(() => undefined);
    }
  }
}
