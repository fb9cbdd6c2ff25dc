import type { Unsent } from '@storm/client/model';
import { type DBSchema, type IDBPDatabase, openDB } from 'idb';

export interface Draft {
  /** User and conversation. */
  readonly id: string;
  readonly userId: string;
  readonly conversationId: string;
  readonly text: string;
  readonly files: readonly File[];
}

interface Schema extends DBSchema {
  unsent: { key: string; value: Unsent; indexes: { userId: string } };
  drafts: { key: string; value: Draft; indexes: { userId: string } };
}

export const draftIdOf = (userId: string, conversationId: string): string => `${userId} ${conversationId}`;

let opened: Promise<IDBPDatabase<Schema>> | undefined;

/** What this browser keeps of people's words: unsent messages and drafts. */
export function openDatabase(): Promise<IDBPDatabase<Schema>> {
  opened ??= openDB<Schema>('storm', 1, {
    upgrade(database) {
      database.createObjectStore('unsent', { keyPath: 'key' }).createIndex('userId', 'userId');
      database.createObjectStore('drafts', { keyPath: 'id' }).createIndex('userId', 'userId');
    },
    terminated() {
      opened = undefined;
    },
  });
  opened.catch(() => {
    opened = undefined;
  });
  return opened;
}
